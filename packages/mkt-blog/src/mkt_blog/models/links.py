"""The link tables between a post and its authors, its tags and related posts.

A link table needs a real foreign key to the post's own class, so each concrete post class has
its own. As with the table behind a ``ManyToManyField``, nobody has to write it: a class
``Story(PostMixin, Page)`` gets ``StoryAuthor``, ``StoryTag`` and ``StoryRelated`` in its own app, and its
migrations with them (see ``completing``). A site that wants more on a link declares the classes itself, from the
bases here, and names them in ``author_link_model``, ``tag_link_model`` and ``related_link_model`` of its post class.
"""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.models import model_from_serializable_data
from taggit.models import ItemBase
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable

from .api_fields import AUTHOR_LINK_API_FIELDS


class PostAuthorBase(Orderable):
    """One author of one post, in order.

    The concrete class adds ``post``, a ParentalKey to the post class, and ``author``, made by ``author_key``.
    """

    panels = [FieldPanel("author")]
    api_fields: ClassVar[list[Any]] = AUTHOR_LINK_API_FIELDS

    @classmethod
    def from_serializable_data(cls, data: dict[str, Any], **kwargs: Any) -> Any:
        """The link as a revision holds it; None where the author has been deleted since.

        Without this, no page whose draft names such an author could be opened again.
        """
        authors = cls._meta.get_field("author").related_model._default_manager
        if not authors.filter(pk=data.get("author")).exists():
            return None
        return model_from_serializable_data(cls, data, **{**kwargs, "check_fks": False})

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


class RelatedPostBase(Orderable):
    """A post that an editor recommends below another, in order.

    The concrete class adds ``post``, a ParentalKey, and ``related_post``, a foreign key, both to
    the post class.
    """

    panels = [FieldPanel("related_post")]

    class Meta(Orderable.Meta):
        abstract = True


def author_key(author_model: str) -> Any:
    """The field ``author`` of a link table."""
    return models.ForeignKey(
        author_model,
        verbose_name=_("author"),
        # A profile that posts refer to cannot be deleted by accident.
        on_delete=models.PROTECT,
        related_name="+",
    )
