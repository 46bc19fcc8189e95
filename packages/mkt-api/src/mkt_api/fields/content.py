"""Rich text and StreamFields, in the form a front end can show."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Model
from django.utils.translation import gettext as _
from wagtail.blocks import StreamBlock, StreamValue, StructValue
from wagtail.blocks.list_block import ListValue
from wagtail.fields import StreamField
from wagtail.rich_text import RichText

from ..types import JsonSchema
from .base import Context, Field, FieldError, Json, Row
from .rich_text import SCHEMA, present_all
from .streams import Choice, Converter, Work, converter_of

if TYPE_CHECKING:
    from ..query.selection import Inclusion
    from ..registry import Registry


class HtmlText(Field):
    """A rich text column: as HTML with links and embeds resolved, or as the client asks (``richtext``)."""

    schema = SCHEMA

    def __init__(self, name: str, column: str | None = None) -> None:
        super().__init__(name)
        self.column = column or name

    def prepare(self, model: type[Model], registry: Registry) -> None:
        model._meta.get_field(self.column)
        self.columns = (self.column,)

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        return present_all([getattr(row, self.column) or "" for row in rows], context.richtext)


class Stream(Field):
    """A StreamField: ``[{"type", "value", "id"}]``, values as the blocks' own ``get_api_representation``.

    Rich text inside is as in ``HtmlText``. What blocks choose is a primary key, null if it may not be
    seen, or an object if the client includes the field. All rows together: one query for each model
    that is chosen from, and those of the rich texts.
    """

    # Whether what has been chosen is shown as an object.
    shows_objects = False

    def __init__(
        self, name: str, column: str | None = None, *, reads_as_stored: bool = False
    ) -> None:
        super().__init__(name)
        self.column = column or name
        # The field's own block class reads what is stored otherwise than Wagtail's, but shows the same.
        self.reads_as_stored = reads_as_stored

    def prepare(self, model: type[Model], registry: Registry) -> None:
        field = model._meta.get_field(self.column)
        if not isinstance(field, StreamField):
            raise FieldError(f"“{self.column}” is not a StreamField")
        self.columns = (self.column,)
        self.field = field

    def included(self, below: Inclusion) -> Self:
        if below.below:
            raise ValueError(_("has nothing to include within “%(name)s”.") % {"name": self.name})
        bound = copy.copy(self)
        bound.shows_objects = True
        return bound

    # Not looked up for the system checks: a field that builds its blocks from settings may be
    # unable to, and the app of the settings says so better than we could.
    @cached_property
    def block(self) -> StreamBlock:
        return self.field.stream_block

    @cached_property
    def _convert(self) -> Converter:
        return converter_of(self.block, trusted=self.reads_as_stored)

    @cached_property
    def schema(self) -> JsonSchema:  # type: ignore[override]
        from .stream_schema import stream_schema

        return stream_schema(self.block)

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        shown: list[Json] = [None] * len(rows)
        work = Work()
        for place, row in enumerate(rows):
            self._convert(getattr(row, self.column).raw_data, shown, place, work)
        texts = [text for *__, text in work.texts]
        for (container, key, __), text in zip(
            work.texts, present_all(texts, context.richtext), strict=True
        ):
            container[key] = text
        for model, choices in work.choices.items():
            _fill_choices(model, choices, context, expanded=self.shows_objects)
        for block, places in work.others.values():
            _go_own_way(block, places, context)
        return shown


def _fill_choices(
    model: type[Any], choices: Sequence[Choice], context: Context, *, expanded: bool
) -> None:
    """Put in what has been chosen; one query, and those of the fields of an object."""
    from .chosen import chosen_objects, visible_keys

    keys = {choice.pk for choice in choices}
    found: Any = (
        chosen_objects(model, keys, context) if expanded else visible_keys(model, keys, context)
    )
    for choice in choices:
        value = found.get(choice.pk)
        choice.container[choice.key] = value
        if value is None and choice.companions:
            choice.container.update(dict.fromkeys(choice.companions))


def _go_own_way(block: Any, places: Sequence[tuple[Any, Any, Any]], context: Context) -> None:
    values = block.bulk_to_python([raw for *__, raw in places])
    texts = [text for value in values for text in rich_texts(value)]
    html = present_all([text.source for text in texts], "html")
    for text, expanded in zip(texts, html, strict=True):
        text.source = expanded
    block_context = {"request": context.request}
    for (container, key, __), value in zip(places, values, strict=True):
        container[key] = block.get_api_representation(value, block_context)


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
