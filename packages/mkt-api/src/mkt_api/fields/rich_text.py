"""Rich text in the form a client asks for, for all texts of an answer at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from wagtail.rich_text import expand_db_html

from ..types import JsonSchema
from .base import Json
from .html_tree import parse
from .markdown import markdown_of

RichTextFormat = Literal["html", "raw", "markdown", "json"]
FORMATS: tuple[RichTextFormat, ...] = ("html", "raw", "markdown", "json")

#: A string, or with ``richtext=json`` the nodes of ``html_tree``.
SCHEMA: JsonSchema = {
    "type": ["string", "array"],
    "contentMediaType": "text/html",
    "items": {
        "type": ["string", "object"],
        "required": ["tag", "attributes", "children"],
        "properties": {
            "tag": {"type": "string"},
            "attributes": {"type": "object", "additionalProperties": {"type": "string"}},
            "children": {"type": "array"},
        },
    },
}

# Put between texts while Wagtail works on all of them at once. The character is not allowed in
# HTML, and Wagtail's rewriters only look at tags.
SEPARATOR = "\x1e"


def present_all(sources: Sequence[str], form: RichTextFormat) -> list[Json]:
    """Stored rich text as ``form`` says: ``raw`` as Wagtail stores it, the others with links resolved."""
    if form == "raw":
        return list(sources)
    html = expand_all(sources)
    if form == "markdown":
        return [markdown_of(parse(text)) for text in html]
    if form == "json":
        return [[node.as_json() for node in parse(text)] for text in html]
    return list(html)


def expand_all(sources: Sequence[str]) -> list[str]:
    """Stored rich text as HTML, with the links and embeds of all texts looked up together.

    Queries: as many as Wagtail needs for one text.
    """
    # Most texts link to nothing: they need not pass through the rewriter.
    marked = [i for i, source in enumerate(sources) if "<a" in source or "<embed" in source]
    html = list(sources)
    if marked:
        joined = SEPARATOR.join(sources[i].replace(SEPARATOR, "") for i in marked)
        expanded = expand_db_html(joined).split(SEPARATOR)
        if len(expanded) != len(marked):
            # A tag that is never closed has swallowed the border to the next text.
            expanded = [expand_db_html(sources[i]) for i in marked]
        for i, text in zip(marked, expanded, strict=True):
            html[i] = text
    return html
