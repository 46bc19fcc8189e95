"""Several terms become one: what pointed to the others points to the one that is kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from taggit.models import TagBase
from wagtail.log_actions import log

from .drafts import rewrite_drafts
from .redirecting import ListingAddress, addresses_of, redirect_listings
from .refreshing import BATCH, refresh_later
from .relations import Relation, relations
from .tag_rows import move_tags, table_of, tables_of_others


@dataclass(frozen=True, slots=True)
class Merge:
    """What a merge has changed: posts by model label, and redirects from old listings."""

    posts: dict[str, set[int]] = field(default_factory=dict)
    redirects: int = 0

    @property
    def number_of_posts(self) -> int:
        return sum(len(keys) for keys in self.posts.values())


def merge_terms(kept: Any, others: Sequence[Any], *, user: Any = None) -> Merge:
    """Move every post of ``others`` to ``kept`` and delete ``others``, in one transaction.

    Drafts and scheduled versions of the posts are changed as well, older versions are not. Old listing addresses
    lead to the new one where ``wagtail.contrib.redirects`` is installed. The number of queries grows with the posts
    by one in five hundred only; search index and usage are brought up to date by a task after the commit.

    Raises:
        ValidationError: the terms are of different languages, or subcategories would get in each other's way.
    """
    others = [term for term in others if term.pk != kept.pk]
    if any(type(term) is not type(kept) or _locale(term) != _locale(kept) for term in others):
        raise ValidationError(_("Only terms of one kind and one language can be merged."))
    keys = [term.pk for term in others]
    with transaction.atomic():
        old = [address for term in others for address in addresses_of(term)]
        moved = {
            relation.post_model._meta.label: _move_posts(relation, keys, kept.pk)
            for relation in relations(type(kept))
        }
        for relation in relations(type(kept)):
            label = relation.post_model._meta.label
            moved[label] |= rewrite_drafts(relation, set(keys), kept.pk, moved[label])
        if hasattr(kept, "parent_id"):
            old += _move_subcategories(kept, others)
        elsewhere = _move_elsewhere(type(kept), keys, kept.pk)
        _delete(others, user)
        redirects = redirect_listings(old, kept)
        log(kept, "wagtail.edit", user=user)
    refresh_later(moved)
    refresh_later(elsewhere)
    return Merge(moved, redirects)


def _locale(term: Any) -> Any:
    # Tags have none.
    return getattr(term, "locale_id", None)


def _move_posts(relation: Relation, old: list[int], new: int) -> set[int]:
    """Keys of the posts that pointed to the old terms and now point to the new one."""
    model = relation.post_model
    if relation.axis == "category":
        main = model._default_manager.filter(primary_category__in=old)
        posts = set(main.values_list("pk", flat=True)) | _move_categories(model, old, new)
        main.update(primary_category=new)
        return posts
    if relation.axis == "author":
        return _move_authors(model, old, new)
    if relation.axis == "tag":
        return {owner[-1] for owner in move_tags(table_of(relation), old, new)}
    in_series = model._default_manager.filter(series__in=old)
    posts = set(in_series.values_list("pk", flat=True))
    in_series.update(series=new)
    return posts


def _move_categories(model: Any, old: list[int], new: int) -> set[int]:
    relation = model._meta.get_field("categories")
    post, category = relation.m2m_field_name(), relation.m2m_reverse_field_name()
    table = relation.remote_field.through._default_manager
    rows = table.filter(**{f"{category}__in": old})
    posts = set(rows.values_list(f"{post}_id", flat=True))
    have_it = set(table.filter(**{category: new}).values_list(f"{post}_id", flat=True))
    rows.delete()
    table.bulk_create(
        (
            table.model(**{f"{post}_id": key, f"{category}_id": new})
            for key in sorted(posts - have_it)
        ),
        batch_size=BATCH,
    )
    return posts


def _move_authors(model: Any, old: list[int], new: int) -> set[int]:
    """A post that several of them wrote keeps the one place that stands first."""
    table = model._meta.get_field("author_links").related_model._default_manager
    rows = list(table.filter(author__in=[*old, new]).order_by("post_id", "sort_order", "pk"))
    posts = {row.post_id for row in rows if row.author_id != new}
    seen: set[int] = set()
    superfluous, moved = [], []
    for row in rows:
        if row.post_id in seen:
            superfluous.append(row.pk)
        elif row.author_id != new:
            moved.append(row.pk)
        seen.add(row.post_id)
    for start in range(0, len(superfluous), BATCH):
        table.filter(pk__in=superfluous[start : start + BATCH]).delete()
    for start in range(0, len(moved), BATCH):
        table.filter(pk__in=moved[start : start + BATCH]).update(author=new)
    return posts


def _move_subcategories(kept: Any, others: Sequence[Any]) -> list[ListingAddress]:
    """Hang the children of ``others`` below ``kept``; returns the addresses that whole branches had."""
    gone = {term.pk for term in others}
    if kept.parent_id in gone:
        kept.parent = next((a for a in reversed(kept.get_ancestors()) if a.pk not in gone), None)
        _save(kept)
    old: list[ListingAddress] = []
    for child in type(kept)._default_manager.filter(parent__in=gone).exclude(pk__in=gone):
        if child.pk == kept.pk:
            continue
        for below in child.get_descendants(include_self=True):
            old += addresses_of(below, leads_to=below)
        child.parent = kept
        _save(child)
    return old


def _save(category: Any) -> None:
    try:
        category.full_clean()
    except ValidationError as error:
        problem = " ".join(error.messages)
        raise ValidationError(f"{category}: {problem}") from error
    category.save()


def _delete(terms: Iterable[Any], user: Any) -> None:
    # Those that stand deepest first: a category that has children cannot be deleted.
    for term in sorted(terms, key=lambda term: len(getattr(term, "path", "")), reverse=True):
        log(term, "wagtail.delete", user=user, deleted=True)
        term.delete()


def _move_elsewhere(term_model: Any, old: list[int], new: int) -> dict[str, set[int]]:
    """Tags of pictures, of other pages and the like; keys of what has changed by the label of its class."""
    changed: dict[str, set[int]] = {}
    # Nothing but posts points to the other terms.
    for table in tables_of_others(term_model) if issubclass(term_model, TagBase) else ():
        for *kind, key in move_tags(table, old, new):
            model = (
                ContentType.objects.get_for_id(kind[0]).model_class()
                if kind
                else table._meta.get_field("content_object").related_model
            )
            if model is not None:
                changed.setdefault(model._meta.label, set()).add(key)
    return changed
