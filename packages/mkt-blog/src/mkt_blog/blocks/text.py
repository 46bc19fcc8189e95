"""Headings, running text and quotations."""

from functools import cache
from pathlib import Path
from typing import Any

import wagtail
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.rich_text import RichText, expand_db_html

import mkt_blog

from ..headings import level_of, unique_anchors

PARAGRAPH = "mkt_blog/blocks/paragraph.html"
INLINE_FEATURES = ["bold", "italic", "strikethrough", "superscript", "subscript", "code"]


class HeadingValue(blocks.StructValue):
    """The value of a heading; its ``anchor`` is the one in ``post.headings``."""

    # Given by the body, which knows the headings before this one.
    given_anchor: str | None = None

    @property
    def anchor(self) -> str:
        """The ``id`` of the heading; empty if it has no text."""
        if self.given_anchor is not None:
            return self.given_anchor
        # Not part of a post's body: nobody knows about other headings.
        return next(unique_anchors([str(self.get("text") or "")]))

    @property
    def tag(self) -> str:
        """``h2``, ``h3`` or ``h4``, whatever an import or an API has stored."""
        return f"h{level_of(self)}"


class HeadingBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("text"))
    level = blocks.ChoiceBlock(
        label=_("level"),
        choices=[("h2", _("Heading 2")), ("h3", _("Heading 3")), ("h4", _("Heading 4"))],
        default="h2",
        search_index=False,
    )

    class Meta:
        icon = "title"
        label = _("Heading")
        template = "mkt_blog/blocks/heading.html"
        value_class = HeadingValue


class ParagraphBlock(blocks.RichTextBlock):
    """Running text with links, emphasis and lists; headings are blocks of their own."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("features", [*INLINE_FEATURES, "link", "document-link", "ol", "ul", "hr"])
        super().__init__(**kwargs)

    def render(self, value: Any, context: Any = None) -> SafeString:
        """As the template does it; that is not asked while it is our own, since most of a text are paragraphs."""
        template = self.get_template(value, context=context)
        if template == PARAGRAPH and isinstance(value, RichText) and _is_usual():
            return mark_safe(f'<div class="mkt-prose">{expand_db_html(value.source)}</div>\n')
        found: SafeString = super().render(value, context=context)
        return found

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = PARAGRAPH


def _is_usual() -> bool:
    """Whether the site has no templates of its own for running text."""
    return all(
        get_template(name).origin.name == path  # type: ignore[attr-defined]
        for name, path in _usual_templates()
    )


@cache
def _usual_templates() -> list[tuple[str, str]]:
    folders = {PARAGRAPH: mkt_blog, "wagtailcore/shared/richtext.html": wagtail}
    return [
        (name, str(Path(str(package.__file__)).parent / "templates" / name))
        for name, package in folders.items()
    ]


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("text"))
    attribution = blocks.CharBlock(label=_("attribution"), required=False)

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "mkt_blog/blocks/quote.html"
