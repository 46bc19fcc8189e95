"""Which posts point to a term, over all post classes of the site."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from ..post_models import post_models


@dataclass(frozen=True, slots=True)
class Relation:
    """One way from a post class to a term.

    ``axis`` is the name of the listing: ``category``, ``author``, ``series`` or ``tag``; ``lookup`` finds posts by
    the term.
    """

    post_model: Any
    axis: str
    lookup: str

    def posts(self, *, published: bool) -> QuerySet[Any]:
        """Posts that the term of an outer query has."""
        manager = self.post_model._default_manager
        posts = manager.published() if published else manager.all()
        return posts.filter(**{self.lookup: OuterRef("pk")}).order_by()


def concrete_post_models() -> list[Any]:
    """Post classes with a table of their own, so that each post is in one of them and in no other."""
    found = post_models()
    return [
        model
        for model in found
        if not model._meta.proxy and not any(parent in found for parent in model._meta.parents)
    ]


def relations(term_model: type[Any]) -> list[Relation]:
    """How the post classes of this site point to a class of terms; empty if none does."""
    found = []
    for model in concrete_post_models():
        if model.get_category_model() is term_model:
            found.append(Relation(model, "category", "categories"))
        elif model.get_author_model() is term_model:
            found.append(Relation(model, "author", "author_links__author"))
        elif model.get_series_model() is term_model:
            found.append(Relation(model, "series", "series"))
        elif model._meta.get_field("tags").related_model is term_model:
            found.append(Relation(model, "tag", "tagged_items__tag"))
    return found


def tag_models() -> list[Any]:
    """The classes of tags that posts have: Taggit's own, unless a site has another one."""
    models = [model._meta.get_field("tags").related_model for model in concrete_post_models()]
    return list(dict.fromkeys(models))


def with_counts(terms: QuerySet[Any]) -> QuerySet[Any]:
    """Terms with ``published_posts`` and ``all_posts`` (drafts included), counted by the query itself.

    One query for view restrictions for each post class is issued at once.
    """
    return terms.annotate(
        published_posts=_count(terms.model, published=True),
        all_posts=_count(terms.model, published=False),
    )


def _count(term_model: type[Any], *, published: bool) -> Any:
    total: Any = Value(0)
    for relation in relations(term_model):
        # Not an aggregate of Django's, which would group by columns that nobody asked for.
        number = Func(
            F("pk"),
            function="COUNT",
            template="%(function)s(DISTINCT %(expressions)s)",
            output_field=IntegerField(),
        )
        counted = relation.posts(published=published).annotate(number=number).values("number")
        total = total + Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    return total


def with_posts(terms: QuerySet[Any], wanted: bool) -> QuerySet[Any]:
    """Terms that posts point to, drafts included; or the others."""
    found: Any = None
    for relation in relations(terms.model):
        exists = Q(Exists(relation.posts(published=False)))
        found = exists if found is None else found | exists
    if found is None:
        return terms.none() if wanted else terms
    return terms.filter(found) if wanted else terms.exclude(found)
