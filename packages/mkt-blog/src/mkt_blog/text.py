"""Plain text out of a body, and what is counted in it."""

import html
import math
import re
from typing import Any

from django.utils.html import strip_tags

SUMMARY_CHARACTERS = 240
# Chinese, Japanese and Korean are read by the character: two of them take as long as a word.
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af]")
_WORD = re.compile(r"\w+(?:['’\-]\w+)*")
_BLOCK_END = re.compile(r"<(?:/p|/li|/h[1-6]|br)[^>]*>", re.IGNORECASE)


def prose_text(body: Any) -> str:
    """The words of all blocks of a body but code, without markup."""
    children = [child for child in body or [] if not _is_code(child.block)]
    parts = (child.block.get_searchable_content(child.value) for child in children)
    return _join([text for part in parts for text in part])


def code_text(body: Any) -> str:
    """The code of a body."""
    return "\n".join(
        str(child.value.get("code") or "") for child in body or [] if _is_code(child.block)
    )


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
    """The beginning of the text, at most ``SUMMARY_CHARACTERS``, cut between words if there are any."""
    text = opening_text(body)
    if len(text) <= SUMMARY_CHARACTERS:
        return text
    cut = text[:SUMMARY_CHARACTERS]
    # The last word may be half of one; in Chinese there is no space at all.
    return f"{cut.rpartition(' ')[0] or cut[:-1]}…"


def count_words(text: str) -> int:
    """Words of ``text``; two Chinese, Japanese or Korean characters count as one."""
    return len(_WORD.findall(_CJK.sub(" ", text))) + math.ceil(count_characters(text) / 2)


def count_characters(text: str) -> int:
    """Chinese, Japanese and Korean characters of ``text``."""
    return len(_CJK.findall(text))


def _is_code(block: Any) -> bool:
    from .blocks import CodeBlock

    return isinstance(block, CodeBlock)


def _join(parts: list[Any]) -> str:
    spaced = (_BLOCK_END.sub(" ", str(part)) for part in parts)
    return " ".join(html.unescape(strip_tags(part)) for part in spaced).strip()
