"""A link that asks to be followed."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

STYLES = {"primary": _("Filled"), "secondary": _("Outlined")}
# A path on this site, or an address that cannot run anything.
_ADDRESS = re.compile(
    r"(?:https?://|mailto:|tel:)[^\s\\]+\Z|/(?![/\\])[^\s\\]*\Z|#[^\s]+\Z", re.IGNORECASE
)


class AddressBlock(blocks.CharBlock):
    """``https://…``, ``mailto:…``, ``tel:…``, ``/path/`` or ``#anchor``."""

    def clean(self, value: Any) -> Any:
        value = str(super().clean(value) or "").strip()
        if value and not is_safe_address(value):
            raise ValidationError(
                gettext("Write an address like https://example.com/page/ or /page/."),
                code="invalid",
            )
        return value


class ButtonValue(blocks.StructValue):
    @property
    def safe_style(self) -> str:
        style = self.get("style")
        return style if style in STYLES else "primary"

    def address(self, request: Any = None) -> str:
        """Where the button leads; empty if its page is not live any more, and then there is no button."""
        page = self.get("page")
        if page is not None:
            return (page.get_url(request) or "") if page.live else ""
        url = str(self.get("url") or "").strip()
        return url if is_safe_address(url) else ""


class ButtonBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("text"), max_length=100)
    page = blocks.PageChooserBlock(label=_("page"), required=False)
    url = AddressBlock(label=_("or address"), required=False, max_length=2000, search_index=False)
    style = blocks.ChoiceBlock(
        label=_("style"), choices=list(STYLES.items()), default="primary", search_index=False
    )

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if (
            bool(cleaned.get("page")) == bool(cleaned.get("url"))
            and not self.is_deferred_validation
        ):
            error = ValidationError(
                gettext("Choose a page or write an address, not both."), code="invalid"
            )
            raise StructBlockValidationError(block_errors={"url": error})
        return cleaned

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        return context | {"address": value.address(context.get("request"))}

    class Meta:
        icon = "link"
        label = _("Button")
        template = "mkt_blog/blocks/button.html"
        value_class = ButtonValue


def is_safe_address(address: str) -> bool:
    """Whether a link may lead there: a path, an anchor, or a scheme that cannot run anything."""
    return _ADDRESS.match(address) is not None
