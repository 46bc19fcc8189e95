"""What categories, authors and series have in common."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images import get_image_model_string
from wagtail.models import Locale, RevisionMixin, TranslatableMixin
from wagtail.search import index

from ..slugs import free_slug


class Term(RevisionMixin, TranslatableMixin, index.Indexed, models.Model):
    """A snippet that posts point to, with a label, a slug, a language and a history."""

    label_field = "name"

    slug = models.SlugField(
        _("slug"),
        max_length=200,
        allow_unicode=True,
        blank=True,
        help_text=_("The last part of the address. Made from the name if left empty."),
    )

    class Meta(TranslatableMixin.Meta):
        abstract = True

    def __str__(self) -> str:
        return str(getattr(self, self.label_field))

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        self.complete()
        super().full_clean(*args, **kwargs)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.complete()
        super().save(*args, **kwargs)

    def complete(self) -> None:
        """Fill in what may be left empty: the default locale, and a free slug."""
        if self.locale_id is None:
            self.locale = Locale.get_default()
        if not self.slug:
            siblings = self.slug_scope()
            self.slug = free_slug(
                str(self),
                lambda slug: siblings.filter(slug=slug).exists(),
                fallback=self._meta.model_name or "term",
                max_length=200,
            )

    def slug_scope(self) -> models.QuerySet[Any]:
        """The other rows among which this one's slug must be unique."""
        return type(self)._default_manager.filter(locale=self.locale_id).exclude(pk=self.pk)


def term_image() -> Any:
    """A field for the picture on top of a term's page."""
    return models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
