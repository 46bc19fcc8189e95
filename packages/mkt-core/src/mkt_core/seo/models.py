"""Fields that editors fill in for search engines and social networks; abstract, so their tables are the site's."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.images import get_image_model_string

from .values import Seo


class SeoMixin(models.Model):
    """``class LandingPage(SeoMixin, Page)``: everything is optional, and the page adds ``seo_panels`` to its panels.

    Title and description are Wagtail's own ``seo_title`` and ``search_description``. It knows no page class, so that
    any base page will do; one that lacks those two fields takes ``SeoTextMixin`` as well.
    """

    #: Foreign keys to images, the first that is filled in counts. Those of all classes that a page inherits from.
    seo_image_fields: ClassVar[tuple[str, ...]] = ("social_image",)

    seo_canonical = models.CharField(
        _("address to be shown instead"),
        max_length=500,
        blank=True,
        help_text=_(
            "Only if the same text is also found elsewhere: the address there, which search engines will show."
        ),
    )
    seo_noindex = models.BooleanField(
        _("hide from search engines"),
        default=False,
        help_text=_("The page stays open to everyone who has its address."),
    )
    social_image = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("picture for social networks"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Best 1200 pixels wide and 630 high. Others are cut around their focal point."),
    )
    social_image_alt = models.CharField(_("description of the picture"), max_length=255, blank=True)

    seo_panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [FieldPanel("social_image"), FieldPanel("social_image_alt")],
            _("Social networks"),
        ),
        MultiFieldPanel(
            [FieldPanel("seo_noindex"), FieldPanel("seo_canonical")], _("Search engines")
        ),
    ]

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        self.seo_canonical = self.seo_canonical.strip()
        if self.seo_canonical and not is_address(self.seo_canonical):
            raise ValidationError(
                {"seo_canonical": _("Write an address like https://example.com/page/ or /page/.")},
                code="invalid",
            )

        if self.seo_canonical and self.seo_canonical in self._own_addresses():
            # To stand for oneself is nothing to say, and sitemaps leave out what stands for something else.
            self.seo_canonical = ""

    def _own_addresses(self) -> set[str | None]:
        if self.pk is None or not hasattr(self, "get_full_url"):
            return set()
        return {self.get_full_url(), self.get_url()}  # type: ignore[attr-defined]

    def seo_values(self) -> Seo:
        """What the editor has filled in. One query for the picture, if there is one."""
        return Seo(
            canonical=self.seo_canonical,
            noindex=self.seo_noindex or None,
            image=self.social_image if self.social_image_id else None,
            image_alt=self.social_image_alt,
        )


class SeoTextMixin(models.Model):
    """Wagtail's title and description for search engines, for a base page that lacks them."""

    seo_title = models.CharField(
        _("title tag"),
        max_length=255,
        blank=True,
        help_text=_("The title in search results; if empty, the page's own."),
    )
    search_description = models.TextField(
        _("meta description"),
        blank=True,
        help_text=_("The text below the title in search results, one or two sentences."),
    )

    seo_text_panels: ClassVar[list[Any]] = [
        FieldPanel("seo_title"),
        FieldPanel("search_description"),
    ]

    class Meta:
        abstract = True


def is_address(text: str) -> bool:
    """An absolute address of http or https, or a path on the same site."""
    if any(character.isspace() or character in "<>\"'\\" for character in text):
        return False
    if text.startswith("/"):
        return not text.startswith("//")
    scheme, separator, rest = text.partition("://")
    return scheme.lower() in ("http", "https") and bool(separator) and bool(rest.split("/")[0])
