"""The rows that join a post to its authors, tags and categories."""

from dataclasses import dataclass
from typing import Any

from wagtail.models import COMMENTS_RELATION_NAME


@dataclass(frozen=True, slots=True)
class PostTerms:
    """The authors, categories and tags of one post, in their order."""

    authors: list[Any]
    categories: list[Any]
    tags: list[Any]


def set_terms(page: Any, terms: PostTerms) -> None:
    """As an editor's form does it: written when the page or a revision of it is saved."""
    page.set_authors(terms.authors)
    page.categories = terms.categories
    page.tags.set(terms.tags)


def insert_terms(page: Any, terms: PostTerms) -> None:
    """Join a page that has just been created; three queries.

    Afterwards the page knows its rows, so that a revision and the reference index can be made
    without asking the database for them.
    """
    page.author_links = _insert_authors(page, terms.authors)
    setattr(page, _tag_accessor(page), _insert_tags(page, terms.tags))
    _insert_categories(page, terms.categories)
    page.categories = terms.categories
    for name in _EMPTY:
        setattr(page, name, [])


# What a post that has just been created has none of; the second is Wagtail's comments on drafts.
_EMPTY = ("related_links", COMMENTS_RELATION_NAME)


def _insert_authors(page: Any, authors: list[Any]) -> list[Any]:
    relation = type(page)._meta.get_field("author_links")
    parent_key, model = relation.field.name, relation.related_model
    rows = [
        model(**{parent_key: page, "author": author, "sort_order": position})
        for position, author in enumerate(authors)
    ]
    return list(model._default_manager.bulk_create(rows))


def _insert_tags(page: Any, tags: list[Any]) -> list[Any]:
    model = type(page)._meta.get_field("tags").remote_field.through
    return list(
        model._default_manager.bulk_create(model(content_object=page, tag=tag) for tag in tags)
    )


def _insert_categories(page: Any, categories: list[Any]) -> None:
    field = type(page)._meta.get_field("categories")
    page_key, category_key = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
    model = field.remote_field.through
    model._default_manager.bulk_create(
        model(**{page_key: page.pk, category_key: category.pk}) for category in categories
    )


def _tag_accessor(page: Any) -> str:
    through = type(page)._meta.get_field("tags").remote_field.through
    return str(through._meta.get_field("content_object").remote_field.get_accessor_name())
