"""How long a body is, what it begins with and which headings it has."""

from typing import Any

from .headings import headings
from .leaves import body_leaves
from .reading import reading_minutes
from .text import code_text, count_words, prose_text, summarise


def measure(body: Any, language_code: str) -> dict[str, Any]:
    """Values of the fields of ``MeasuredBody``.

    ``word_count`` are the words of all blocks but code; ``reading_minutes`` are whole minutes, at least one, by the
    formula in ``mkt_blog.reading``. Queries: one for each kind of chooser in the body that has not been read yet.
    """
    prose = prose_text(body)
    minutes = reading_minutes(
        prose, language_code, code=code_text(body), pictures=count_pictures(body)
    )
    return {
        "word_count": count_words(prose),
        "reading_minutes": minutes,
        "body_summary": summarise(body),
        "headings": headings(body),
    }


def count_pictures(body: Any) -> int:
    """The pictures of a body, those inside of other blocks included."""
    from wagtail.images.blocks import ImageBlock, ImageChooserBlock

    kinds = (ImageBlock, ImageChooserBlock)
    return sum(isinstance(block, kinds) and bool(value) for block, value in body_leaves(body))
