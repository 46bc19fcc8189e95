"""What a post class of a site gets without writing it: link tables, relations to terms, panels, search fields."""

import sys
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.signals import class_prepared
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey, ParentalManyToManyField

from .api_fields import gather_api_fields
from .links import PostAuthorBase, PostTagBase, RelatedPostBase, author_key

if TYPE_CHECKING:
    from .post import PostBase


@receiver(class_prepared, dispatch_uid="mkt_blog.complete_post_class")
def complete_post_class(sender: type[models.Model], **kwargs: Any) -> None:
    """Give a new concrete post class its link tables, its panels and its search fields."""
    from .post import PostBase

    if not issubclass(sender, PostBase) or sender._meta.abstract or sender._meta.proxy:
        return
    if not _inherits_tables(sender):
        _add_terms(sender)
        _add_author_link(sender)
        _add_tag_link(sender)
        _add_related_link(sender)
        _add_index(sender)
    extend_list(sender, "content_panels", sender.post_panels)
    extend_list(sender, "search_fields", sender.post_search_fields)
    gather_api_fields(sender)
    extend_list(sender, "promote_panels", getattr(sender, "seo_panels", []))


def _inherits_tables(post_class: "type[PostBase]") -> bool:
    """Whether a parent with a table of its own is a post already (multi-table inheritance)."""
    from .post import PostBase

    return any(issubclass(parent, PostBase) for parent in post_class._meta.parents)


def _add_terms(post_class: "type[PostBase]") -> None:
    """The relations to categories and series, unless the class has declared its own."""
    relations: dict[str, models.Field[Any, Any]] = {
        "primary_category": _term_key(
            post_class.category_model,
            verbose_name=_("main category"),
            help_text=_(
                "Shown first, and in the breadcrumbs. If empty, the first of the categories."
            ),
        ),
        "categories": ParentalManyToManyField(
            post_class.category_model, verbose_name=_("categories"), blank=True, related_name="+"
        ),
        "series": _term_key(post_class.series_model, verbose_name=_("series")),
    }
    for name, relation in relations.items():
        if not hasattr(post_class, name):
            post_class.add_to_class(name, relation)


def _term_key(term_model: str, **options: Any) -> Any:
    """A field for one term, which a post may go without, and loses when the term is deleted."""
    return models.ForeignKey(
        term_model,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        **options,
    )


def _add_author_link(post_class: "type[PostBase]") -> None:
    if post_class.author_link_model is not None:
        return
    fields = {
        "post": ParentalKey(post_class, on_delete=models.CASCADE, related_name="author_links"),
        "author": author_key(post_class.author_model),
    }
    _create_model(post_class, "Author", PostAuthorBase, fields)


def _add_tag_link(post_class: "type[PostBase]") -> None:
    through: Any = post_class.tag_link_model
    if through is None:
        parent_key = ParentalKey(post_class, on_delete=models.CASCADE, related_name="tagged_items")
        through = _create_model(post_class, "Tag", PostTagBase, {"content_object": parent_key})
    tags = ClusterTaggableManager(through=through, blank=True, verbose_name=_("tags"))
    post_class.add_to_class("tags", tags)


def _add_related_link(post_class: "type[PostBase]") -> None:
    if post_class.related_link_model is not None:
        return
    fields = {
        "post": ParentalKey(post_class, on_delete=models.CASCADE, related_name="related_links"),
        "related_post": models.ForeignKey(
            post_class,
            verbose_name=_("post"),
            on_delete=models.CASCADE,
            related_name="+",
        ),
    }
    _create_model(post_class, "Related", RelatedPostBase, fields)


def _add_index(post_class: "type[PostBase]") -> None:
    """The order of a blog's front page: pinned posts first, then the newest.

    Not in ``PostBase.Meta``, which a class with a ``Meta`` of its own does not inherit.
    """
    options = post_class._meta
    order = models.Index(fields=["-pinned", "-date"])
    order.set_name_with_model(post_class)
    options.indexes = [*options.indexes, order]
    # Where Django's migrations look whether there are any.
    options.original_attrs["indexes"] = options.indexes


def _create_model(
    post_class: "type[PostBase]", suffix: str, base: type, fields: dict[str, Any]
) -> type[models.Model]:
    name = f"{post_class.__name__}{suffix}"
    meta = type("Meta", (getattr(base, "Meta", object),), {"app_label": post_class._meta.app_label})
    attributes = {"__module__": post_class.__module__, "Meta": meta, **fields}
    model = type(base)(name, (base,), attributes)
    # Importable where its class says it is, as pickle and the shell expect.
    setattr(sys.modules[post_class.__module__], name, model)
    return model


def extend_list(post_class: "type[PostBase]", attribute: str, additions: list[Any]) -> None:
    """Append to an inherited class attribute, unless the class sets it itself."""
    if attribute in vars(post_class):
        return
    inherited = list(getattr(post_class, attribute, []))
    missing = [item for item in additions if item not in inherited]
    setattr(post_class, attribute, [*inherited, *missing])
