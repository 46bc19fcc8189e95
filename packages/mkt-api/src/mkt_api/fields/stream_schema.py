"""The JSON schema of a StreamField, from the definition of its blocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wagtail import blocks

from ..types import JsonSchema
from .rich_text import SCHEMA as RICH_TEXT

# Deeper definitions (or blocks that contain themselves) are described as anything.
MAX_DEPTH = 8

_SCHEMAS: tuple[tuple[type[Any], JsonSchema], ...] = (
    (blocks.BooleanBlock, {"type": "boolean"}),
    (blocks.IntegerBlock, {"type": ["integer", "null"]}),
    (blocks.FloatBlock, {"type": ["number", "null"]}),
    (blocks.DecimalBlock, {"type": ["string", "number", "null"]}),
    (blocks.MultipleChoiceBlock, {"type": "array", "items": {}}),
    (blocks.DateBlock, {"type": ["string", "null"]}),
    (blocks.DateTimeBlock, {"type": ["string", "null"]}),
    (blocks.TimeBlock, {"type": ["string", "null"]}),
    (blocks.ChoiceBlock, {}),
    (blocks.RichTextBlock, RICH_TEXT),
    *(
        (kind, {"type": ["string", "null"]})
        for kind in (blocks.CharBlock, blocks.TextBlock, blocks.URLBlock, blocks.EmailBlock)
    ),
    (blocks.RegexBlock, {"type": ["string", "null"]}),
    (blocks.RawHTMLBlock, {"type": ["string", "null"], "contentMediaType": "text/html"}),
)


def stream_schema(block: Any, depth: int = 0) -> JsonSchema:
    """An array of ``oneOf`` by ``type``."""
    names = list(block.child_blocks)
    items: JsonSchema = {
        "type": "object",
        "properties": {
            "type": {"type": "string", "enum": names},
            "value": {},
            "id": {"type": ["string", "null"]},
        },
        "required": ["type", "value", "id"],
    }
    if names:
        items["oneOf"] = [
            {
                "properties": {
                    "type": {"const": name},
                    "value": block_schema(child, depth + 1),
                }
            }
            for name, child in block.child_blocks.items()
        ]
    return {"type": "array", "items": items}


def block_schema(block: Any, depth: int = 0) -> JsonSchema:
    """The schema of what a block shows; anything where it shows that in a way of its own.

    A block may say so itself with ``api_schema()``.
    """
    declared: Callable[[], JsonSchema] | None = getattr(block, "api_schema", None)
    if declared is not None:
        return dict(declared())
    stock = type(block).get_api_representation
    if depth > MAX_DEPTH:
        return {}
    if isinstance(block, blocks.BaseStreamBlock):
        return stream_schema(block, depth) if _is(stock, blocks.BaseStreamBlock) else {}
    if isinstance(block, blocks.BaseStructBlock):
        return _struct_schema(block, depth) if _is(stock, blocks.BaseStructBlock) else {}
    if isinstance(block, blocks.ListBlock):
        if not _is(stock, blocks.ListBlock):
            return {}
        return {"type": "array", "items": block_schema(block.child_block, depth + 1)}
    own = blocks.RichTextBlock if isinstance(block, blocks.RichTextBlock) else blocks.Block
    if not _is(stock, own):
        return {}
    return next((dict(schema) for kind, schema in _SCHEMAS if isinstance(block, kind)), {})


def _struct_schema(block: Any, depth: int) -> JsonSchema:
    return {
        "type": "object",
        "properties": {
            name: block_schema(child, depth + 1) for name, child in block.child_blocks.items()
        },
    }


def _is(method: Any, base: type[Any]) -> bool:
    return method is base.get_api_representation
