"""Plain text out of a body, and what is counted in it."""

import html
import math
import re
from typing import Any

from django.utils.html import strip_tags
from django.utils.text import Truncator

SUMMARY_CHARACTERS = 240
# Chinese, Japanese and Korean are read by the character: two of them take as long as a word.
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af]")
_WORD = re.compile(r"\w+(?:['’\-]\w+)*")
_BLOCK_END = re.compile(r"<(?:/p|/li|/h[1-6]|br)[^>]*>", re.IGNORECASE)


def body_text(body: Any) -> str:
    """The words of all blocks of a body, without markup. No query."""
    return _join(body.stream_block.get_searchable_content(body)) if body else ""


def opening_text(body: Any) -> str:
    """The words of the text blocks alone: a summary begins with no heading and no code."""
    # The stored HTML: rendering it would look up every linked page to find the same words.
    texts = [
        getattr(child.value, "source", child.value)
        for child in body or []
        if child.block_type == "paragraph"
    ]
    return _join(texts)


def summarise(body: Any) -> str:
    """The beginning of the text, cut at a word."""
    return Truncator(opening_text(body)).chars(SUMMARY_CHARACTERS, truncate="…")


def count_words(text: str) -> int:
    """Words of ``text``; two Chinese, Japanese or Korean characters count as one."""
    cjk = len(_CJK.findall(text))
    return len(_WORD.findall(_CJK.sub(" ", text))) + math.ceil(cjk / 2)


def _join(parts: list[Any]) -> str:
    spaced = (_BLOCK_END.sub(" ", str(part)) for part in parts)
    return " ".join(html.unescape(strip_tags(part)) for part in spaced).strip()
