"""Videos and other things that live on another site."""

import logging
import re
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.embeds.blocks import EmbedBlock
from wagtail.embeds.embeds import get_embed
from wagtail.embeds.exceptions import EmbedException

logger = logging.getLogger(__name__)

_FRAME = re.compile(r"<iframe\b((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>", re.IGNORECASE)
_LOADING = re.compile(r"\sloading\s*=", re.IGNORECASE)
_TITLE = re.compile(r"\stitle\s*=\s*(?:\"[^\"]+\"|'[^']+')", re.IGNORECASE)
_EMPTY_TITLE = re.compile(r"\stitle\s*=\s*(?:\"\"|'')", re.IGNORECASE)


class EmbedFigureBlock(blocks.StructBlock):
    url = EmbedBlock(label=_("address"))
    caption = blocks.CharBlock(label=_("caption"), required=False)

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Adds ``embed_html``, empty where the provider does not answer: a link is shown then."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        embed, title = value.get("url"), str(value.get("caption") or "")
        if embed is None:
            html: SafeString | str = ""
        elif "html" in vars(embed):
            # Known already, as in a feed, which asks no provider.
            html = with_complete_frames(embed.html, title or _fallback_title(""))
        else:
            html = embed_html(embed.url, title=title)
        return context | {"embed_html": html}

    class Meta:
        icon = "media"
        label = _("Embed")
        template = "mkt_blog/blocks/embed.html"


def embed_html(url: str, *, title: str = "") -> SafeString | str:
    """What the provider sends for ``url``, its frames lazy and with a title; empty if there is none. One query.

    The first time the provider is asked, and later again when its answer has expired.
    """
    try:
        embed = get_embed(url)
        html = render_to_string("wagtailembeds/embed_frontend.html", {"embed": embed})
    except EmbedException:
        return ""
    except Exception:
        # Whatever a finder raises: one video less is better than no page.
        logger.warning("The embed at %s could not be fetched", url, exc_info=True)
        return ""
    return with_complete_frames(
        html, title or embed.title or _fallback_title(embed.provider_name or "")
    )


def with_complete_frames(html: str, title: str) -> SafeString:
    """``html`` with every frame lazy and with a title."""
    # The provider's HTML is trusted, as everywhere in Wagtail: its finders are the site's choice.
    return mark_safe(_FRAME.sub(lambda frame: _completed(frame[1], title), html))


def _fallback_title(provider: str) -> str:
    return gettext("Content of %(provider)s") % {"provider": provider or gettext("another site")}


def _completed(attributes: str, title: str) -> str:
    if not _LOADING.search(attributes):
        attributes += ' loading="lazy"'
    if not _TITLE.search(attributes):
        attributes = _EMPTY_TITLE.sub("", attributes) + f' title="{escape(title)}"'
    return f"<iframe{attributes}>"
