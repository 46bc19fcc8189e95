"""How long a body is, what it begins with and which headings it has."""

import math
from typing import Any

from .conf import blog_settings
from .text import body_text, count_words, summarise


def measure(body: Any, language_code: str) -> dict[str, Any]:
    """Values of the fields of ``MeasuredBody``. No query.

    ``reading_minutes`` are whole minutes, at least one.
    """
    words = count_words(body_text(body))
    minutes = math.ceil(words / blog_settings.current.WORDS_PER_MINUTE)
    return {
        "word_count": words,
        "reading_minutes": max(1, minutes),
        "body_summary": summarise(body),
        "headings": [],
    }
