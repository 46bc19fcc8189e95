"""Rich text and StreamFields, in the form a front end can show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from wagtail.blocks import StreamBlock, StreamValue, StructValue
from wagtail.blocks.list_block import ListValue
from wagtail.fields import StreamField
from wagtail.rich_text import RichText, expand_db_html

from ..types import JsonSchema
from .base import Context, Field, FieldError, Json, Row

if TYPE_CHECKING:
    from ..registry import Registry

# Put between texts while Wagtail works on all of them at once. The character is not allowed in
# HTML, and Wagtail's rewriters only look at tags.
SEPARATOR = "\x1e"


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


class HtmlText(Field):
    """A rich text column as HTML: internal links and embeds are resolved."""

    schema = {"type": "string", "contentMediaType": "text/html"}

    def prepare(self, model: type[Model], registry: Registry) -> None:
        self.columns = (self.name,)

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        return list(expand_all([getattr(row, self.name) or "" for row in rows]))


class Stream(Field):
    """A StreamField: ``[{"type", "value", "id"}]``, values as the blocks' own ``get_api_representation``.

    Rich text inside is HTML. The objects that blocks choose are loaded for all rows together:
    one query for each choosing block of the definition, and those of ``expand_all``.
    """

    needs_instance = True

    def prepare(self, model: type[Model], registry: Registry) -> None:
        field = model._meta.get_field(self.name)
        if not isinstance(field, StreamField):
            raise FieldError(f"“{self.name}” is not a StreamField")
        self.columns = (self.name,)
        self.field = field

    # Not looked up for the system checks: a field that builds its blocks from settings may be
    # unable to, and the app of the settings says so better than we could.
    @cached_property
    def block(self) -> StreamBlock:
        return self.field.stream_block

    @cached_property
    def schema(self) -> JsonSchema:  # type: ignore[override]
        return {"type": "array", "items": self._item_schema()}

    def _item_schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {
                "type": {"type": "string", "enum": list(self.block.child_blocks)},
                "value": {},
                "id": {"type": ["string", "null"]},
            },
            "required": ["type", "value", "id"],
        }

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        stored = [list(getattr(row, self.name).raw_data) for row in rows]
        streams = self.block.bulk_to_python(stored)
        texts = [text for stream in streams for text in rich_texts(stream)]
        for text, html in zip(texts, expand_all([text.source for text in texts]), strict=True):
            text.source = html
        block_context = {"request": context.request}
        return [self.block.get_api_representation(stream, block_context) for stream in streams]


def rich_texts(value: Any) -> Iterator[RichText]:
    """Every rich text in a block value, however deep."""
    if isinstance(value, RichText):
        yield value
    elif isinstance(value, StreamValue):
        for child in value:
            yield from rich_texts(child.value)
    elif isinstance(value, StructValue):
        for child_value in value.values():
            yield from rich_texts(child_value)
    elif isinstance(value, ListValue):
        for child_value in value:
            yield from rich_texts(child_value)
