"""Anything as text, and long texts shorter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# Most characters that the end of a shortened text gives up so as not to begin inside of a word.
_MAX_WORD_CHARS = 512


def readable(value: Any, convert: Callable[[Any], object] = repr) -> str:
    """``repr(value)``, or a word about it when it has none."""
    try:
        return str(convert(value))
    except Exception:  # noqa: BLE001 - __repr__ and __str__ are other people's code
        return f"<{type(value).__name__} without a text form>"


def shortened(text: str, limit: int) -> str:
    """At most about ``limit`` characters: the beginning and the end, which say most."""
    if len(text) <= limit:
        return text
    half = max(limit // 2, 8)
    return f"{text[:half]} … {len(text) - 2 * half} characters … {text[-half:]}"


def without_half_words(text: str, limit: int) -> str:
    """``shortened()``, but without what is left of the words at the cut: one of them may be half a secret."""
    if len(text) <= limit:
        return text
    half = max(limit // 2, 8)
    head, tail = text[:half], text[-half:]
    begin = next((n for n, char in enumerate(tail[:_MAX_WORD_CHARS]) if char.isspace()), 0)
    end = next((n for n, char in enumerate(reversed(head[-_MAX_WORD_CHARS:])) if char.isspace()), 0)
    dropped = len(text) - 2 * half + begin + end
    return f"{head[: half - end]} … {dropped} characters … {tail[begin:]}"
