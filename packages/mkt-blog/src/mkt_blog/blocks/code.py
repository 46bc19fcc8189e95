"""Code, highlighted on the server."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from ..highlight import highlight, language_label, nearest_languages


class LanguageBlock(blocks.CharBlock):
    """The name of a language that can be highlighted; any name where Pygments is not installed."""

    def clean(self, value: Any) -> Any:
        name = str(super().clean(value) or "").strip().lower()
        nearest = nearest_languages(name) if name else None
        if nearest is None:
            return name
        message = gettext("This language is unknown.")
        if nearest:
            message += " " + gettext("Did you mean %(names)s?") % {"names": ", ".join(nearest)}
        raise ValidationError(message, code="language")


class CodeValue(blocks.StructValue):
    @property
    def highlighted(self) -> SafeString:
        """The code as HTML with a class for each kind of token; plain without Pygments. No query."""
        return highlight(str(self.get("code") or ""), str(self.get("language") or ""))

    @property
    def language_label(self) -> str:
        """How readers know the language: ``"C++"`` for ``"cpp"``."""
        return language_label(str(self.get("language") or ""))


class CodeBlock(blocks.StructBlock):
    language = LanguageBlock(
        label=_("language"),
        required=False,
        max_length=40,
        search_index=False,
        help_text=_(
            "For example python, html, css, js, json, bash, sql. Leave empty for plain text."
        ),
    )
    code = blocks.TextBlock(label=_("code"))

    class Meta:
        icon = "code"
        label = _("Code")
        template = "mkt_blog/blocks/code.html"
        value_class = CodeValue
