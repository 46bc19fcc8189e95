"""What is counted in a body when it is saved, because a listing must not open every body."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..measure import measure


class MeasuredBody(models.Model):
    """Counts the words of ``body`` at save, and keeps its beginning and its headings."""

    word_count = models.PositiveIntegerField(_("words"), default=0, editable=False)
    reading_minutes = models.PositiveSmallIntegerField(
        _("reading time in minutes"), default=1, editable=False
    )
    body_summary = models.TextField(editable=False, blank=True)
    # One {"level": 2, "text": "...", "anchor": "..."} for each heading, in order.
    headings = models.JSONField(editable=False, default=list, blank=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save, with what ``measure`` finds in the body as it is now."""
        update_fields = kwargs.get("update_fields")
        saves_body = update_fields is None or "body" in update_fields
        if saves_body and "body" not in self.get_deferred_fields():
            measured = self.measure_body()
            if update_fields is not None:
                kwargs["update_fields"] = {*update_fields, *measured}
        return super().save(*args, **kwargs)

    def measure_body(self) -> dict[str, Any]:
        """Count again; returns field name -> value, as set on this instance."""
        measured = measure(self.body, self.language_code())  # type: ignore[attr-defined]
        for name, value in measured.items():
            setattr(self, name, value)
        return measured

    def language_code(self) -> str:
        """Language of the text, ``"en"`` where the page has no locale."""
        locale = getattr(self, "locale", None) if getattr(self, "locale_id", None) else None
        return locale.language_code if locale else "en"
