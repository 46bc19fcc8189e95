"""A remark that stands out."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .text import INLINE_FEATURES

KINDS = {"note": _("Note"), "tip": _("Tip"), "warning": _("Warning")}


class CalloutValue(blocks.StructValue):
    @property
    def safe_kind(self) -> str:
        """``note``, ``tip`` or ``warning``, whatever is stored."""
        kind = self.get("kind")
        return kind if kind in KINDS else "note"

    @property
    def heading(self) -> Any:
        """The title, or else the name of the kind: a reader who sees no colours needs one."""
        return self.get("title") or KINDS[self.safe_kind]


class CalloutBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(
        label=_("kind"), choices=list(KINDS.items()), default="note", search_index=False
    )
    title = blocks.CharBlock(
        label=_("title"), required=False, help_text=_("If empty, the name of the kind.")
    )
    text = blocks.RichTextBlock(
        label=_("text"), features=[*INLINE_FEATURES, "link", "document-link", "ol", "ul"]
    )

    class Meta:
        icon = "info-circle"
        label = _("Callout")
        template = "mkt_blog/blocks/callout.html"
        value_class = CalloutValue
