"""The link tables between a post and its authors and tags.

A link table needs a real foreign key to the post's own class, so each concrete post class has
its own. As with the table behind a ``ManyToManyField``, nobody has to write it: a class
``Story(PostMixin, Page)`` gets ``StoryAuthor`` and ``StoryTag`` in its own app, and its migrations
with them. A site that wants more on a link declares the classes itself, from the bases here,
and names them in ``author_link_model`` and ``tag_link_model`` of its post class.
"""

import sys
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.signals import class_prepared
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable

if TYPE_CHECKING:
    from .post import PostMixin


class PostAuthorBase(Orderable):
    """One author of one post, in order. The concrete class adds ``post``, a ParentalKey."""

    author = models.ForeignKey(
        "mkt_blog.Author",
        verbose_name=_("author"),
        # A profile that posts refer to cannot be deleted by accident.
        on_delete=models.PROTECT,
        related_name="+",
    )

    panels = [FieldPanel("author")]

    class Meta(Orderable.Meta):
        abstract = True


class PostTagBase(ItemBase):
    """One tag of one post. The concrete class adds ``content_object``, a ParentalKey."""

    tag = models.ForeignKey(
        "taggit.Tag",
        verbose_name=_("tag"),
        on_delete=models.CASCADE,
        related_name="%(app_label)s_%(class)s_items",
    )

    class Meta:
        abstract = True


@receiver(class_prepared, dispatch_uid="mkt_blog.complete_post_class")
def complete_post_class(sender: type[models.Model], **kwargs: Any) -> None:
    """Give a new concrete post class its link tables, its panels and its search fields."""
    from .post import PostMixin

    if not issubclass(sender, PostMixin) or sender._meta.abstract or sender._meta.proxy:
        return
    if not _inherits_tables(sender):
        _add_author_link(sender)
        _add_tag_link(sender)
    extend_list(sender, "content_panels", sender.post_panels)
    extend_list(sender, "search_fields", sender.post_search_fields)


def _inherits_tables(post_class: "type[PostMixin]") -> bool:
    """Whether a parent with a table of its own is a post already (multi-table inheritance)."""
    from .post import PostMixin

    return any(issubclass(parent, PostMixin) for parent in post_class._meta.parents)


def _add_author_link(post_class: "type[PostMixin]") -> None:
    if post_class.author_link_model is None:
        parent_key = ParentalKey(post_class, on_delete=models.CASCADE, related_name="author_links")
        _create_model(post_class, "Author", PostAuthorBase, {"post": parent_key})


def _add_tag_link(post_class: "type[PostMixin]") -> None:
    through: Any = post_class.tag_link_model
    if through is None:
        parent_key = ParentalKey(post_class, on_delete=models.CASCADE, related_name="tagged_items")
        through = _create_model(post_class, "Tag", PostTagBase, {"content_object": parent_key})
    tags = ClusterTaggableManager(through=through, blank=True, verbose_name=_("tags"))
    post_class.add_to_class("tags", tags)


def _create_model(
    post_class: "type[PostMixin]", suffix: str, base: type, fields: dict[str, Any]
) -> type[models.Model]:
    name = f"{post_class.__name__}{suffix}"
    meta = type("Meta", (getattr(base, "Meta", object),), {"app_label": post_class._meta.app_label})
    attributes = {"__module__": post_class.__module__, "Meta": meta, **fields}
    model = type(base)(name, (base,), attributes)
    # Importable where its class says it is, as pickle and the shell expect.
    setattr(sys.modules[post_class.__module__], name, model)
    return model


def extend_list(post_class: "type[PostMixin]", attribute: str, additions: list[Any]) -> None:
    """Append to an inherited class attribute, unless the class sets it itself."""
    if attribute in vars(post_class):
        return
    inherited = list(getattr(post_class, attribute, []))
    missing = [item for item in additions if item not in inherited]
    setattr(post_class, attribute, [*inherited, *missing])
