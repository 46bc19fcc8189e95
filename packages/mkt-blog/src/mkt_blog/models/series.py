"""Series: posts that belong together."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from .api_fields import SERIES_API_FIELDS
from .terms import Term, term_image


class SeriesBase(Term):
    """Posts that belong together and are read in order."""

    label_field = "title"

    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    image = term_image()

    api_fields: ClassVar[list[Any]] = SERIES_API_FIELDS
    panels = [
        FieldPanel("title"),
        FieldPanel("slug"),
        FieldPanel("description"),
        FieldPanel("image"),
    ]
    search_fields = [
        index.SearchField("title", boost=2),
        index.SearchField("description"),
        index.AutocompleteField("title"),
        index.FilterField("locale_id"),
    ]

    class Meta(Term.Meta):
        abstract = True
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["locale", "slug"], name="%(app_label)s_%(class)s_slug")
        ]


class Series(SeriesBase):
    class Meta(SeriesBase.Meta):
        verbose_name = _("series")
        # In most languages the plural is another word.
        verbose_name_plural = pgettext_lazy("plural", "series")
