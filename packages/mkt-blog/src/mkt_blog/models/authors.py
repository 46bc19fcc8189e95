"""Authors: profiles of those who write."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.images import get_image_model_string
from wagtail.models import Orderable
from wagtail.search import index

from .api_fields import AUTHOR_API_FIELDS
from .terms import Term


class AuthorBase(Term, ClusterableModel):
    """Someone who writes: a profile apart from any login, so that it outlives an account."""

    name = models.CharField(_("name"), max_length=200)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The account that writes under this name, if there is one."),
    )
    role = models.CharField(_("role"), max_length=200, blank=True)
    bio = models.TextField(_("biography"), blank=True)
    photo = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("photo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    url = models.URLField(_("website"), blank=True)

    api_fields: ClassVar[list[Any]] = AUTHOR_API_FIELDS
    panels = [
        FieldPanel("name"),
        FieldPanel("slug"),
        FieldPanel("role"),
        FieldPanel("bio"),
        FieldPanel("photo"),
        FieldPanel("url"),
        FieldPanel("user"),
    ]
    search_fields = [
        index.SearchField("name", boost=2),
        index.SearchField("bio"),
        index.AutocompleteField("name"),
        index.FilterField("locale_id"),
    ]

    class Meta(Term.Meta):
        abstract = True
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["locale", "slug"], name="%(app_label)s_%(class)s_slug")
        ]


class Author(AuthorBase):
    panels = [
        *AuthorBase.panels,
        InlinePanel("links", heading=_("Elsewhere"), label=_("Link")),
    ]

    class Meta(AuthorBase.Meta):
        verbose_name = _("author")
        verbose_name_plural = _("authors")


class AuthorLink(Orderable):
    """Where else an author is to be found."""

    author = ParentalKey(Author, on_delete=models.CASCADE, related_name="links")
    label = models.CharField(_("name"), max_length=100, help_text=_("For example Mastodon."))
    url = models.URLField(_("address"), max_length=500)

    panels = [FieldPanel("label"), FieldPanel("url")]

    class Meta(Orderable.Meta):
        verbose_name = _("link")
        verbose_name_plural = _("links")

    def __str__(self) -> str:
        return self.label
