"""The words of a stored body, read off what the database holds.

No block is rendered, no picture and no page is looked up.
"""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from wagtail.blocks import (
    CharBlock,
    ListBlock,
    RawHTMLBlock,
    RichTextBlock,
    StreamBlock,
    StructBlock,
    TextBlock,
)

_UNREAD = re.compile(r"<(script|style|template)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def stored_text(body: Any) -> str:
    """Plain text of a ``StreamValue``, in one line; headings, captions and code are part of it. No query.

    It is for showing after escaping: tags are taken out by a pattern, which is quick and proves nothing.
    """
    raw = getattr(body, "raw_data", None)
    if raw is None:
        return ""
    return " ".join(" ".join(_stream(body.stream_block, raw)).split())


def _stream(block: StreamBlock, raw: Any) -> Iterator[str]:
    for child in raw or ():
        if isinstance(child, Mapping) and (known := block.child_blocks.get(child.get("type"))):
            yield from _texts(known, child.get("value"))


def _texts(block: Any, raw: Any) -> Iterator[str]:
    if isinstance(block, StructBlock):
        values = raw if isinstance(raw, Mapping) else {}
        for name, child in block.child_blocks.items():
            yield from _texts(child, values.get(name))
    elif isinstance(block, StreamBlock):
        yield from _stream(block, raw)
    elif isinstance(block, ListBlock):
        for item in raw or ():
            # Lists of before Wagtail 2.16 have no type and id.
            wrapped = isinstance(item, Mapping) and item.keys() >= {"type", "value"}
            yield from _texts(block.child_block, item["value"] if wrapped else item)
    elif isinstance(block, (RichTextBlock, RawHTMLBlock)):
        yield html.unescape(_TAG.sub(" ", _UNREAD.sub(" ", str(raw or ""))))
    elif isinstance(block, (CharBlock, TextBlock)):
        yield str(raw or "")
