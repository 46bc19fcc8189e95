"""StreamFields straight from their stored JSON.

Wagtail turns stored values into block values and those into what the API shows. For blocks that leave
both ways as Wagtail wrote them, the stored value is what is shown, apart from rich text and choosers;
so nothing is built in between, and texts and keys of all rows are looked up together. Blocks with a
way of their own go through it, all values of one block at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from wagtail import blocks
from wagtail.blocks.field_block import FieldBlock

from .base import Json

# Fills ``container[key]`` with what is shown of a stored value.
Converter = Callable[[Any, Any, Any, "Work"], None]


@dataclass(slots=True)
class Choice:
    """A chosen object: where it is shown, and what else has to go if it may not be seen."""

    container: Any
    key: Any
    pk: Any
    # Keys of ``container`` that mean nothing without the object.
    companions: tuple[str, ...] = ()


@dataclass(slots=True)
class Work:
    """What is left to do once all rows have been walked through."""

    texts: list[tuple[Any, Any, str]] = field(default_factory=list)
    choices: dict[type[Any], list[Choice]] = field(default_factory=lambda: defaultdict(list))
    # Values of blocks with a way of their own; by identity, because blocks cannot be hashed.
    others: dict[int, tuple[Any, list[tuple[Any, Any, Any]]]] = field(default_factory=dict)


def _is_stock(block: blocks.Block, base: type[Any], *names: str) -> bool:
    """Whether the block does these things exactly as ``base`` does."""
    return all(getattr(type(block), name) is getattr(base, name) for name in names)


_READING = ("to_python", "bulk_to_python", "get_prep_value")
_SHOWING = "get_api_representation"


def converter_of(block: blocks.Block, *, trusted: bool = False) -> Converter:
    """How the block's stored values become what the API shows. Looked at once for each definition.

    ``trusted``: the outermost block reads what is stored in a way of its own, which changes nothing that is shown.
    """
    return _Compiler(block if trusted else None).converter(block)


class _Compiler:
    def __init__(self, trusted: blocks.Block | None = None) -> None:
        self.trusted = trusted
        # Blocks may contain themselves.
        self.known: dict[int, Converter] = {}

    def converter(self, block: blocks.Block) -> Converter:
        if id(block) not in self.known:
            later: list[Converter] = []
            self.known[id(block)] = lambda raw, container, key, work: later[0](
                raw, container, key, work
            )
            later.append(self._compile(block))
            self.known[id(block)] = later[0]
        return self.known[id(block)]

    def _compile(self, block: blocks.Block) -> Converter:
        for base, compile_one in self._ways():
            if isinstance(block, base):
                return compile_one(block) or _own_way(block)
        return _own_way(block)

    def _ways(self) -> Iterable[tuple[type[Any], Callable[[Any], Converter | None]]]:
        from django.apps import apps

        if apps.is_installed("wagtail.images"):
            from wagtail.images.blocks import ImageBlock

            yield ImageBlock, self._image
        yield blocks.BaseStreamBlock, self._stream
        yield blocks.BaseStructBlock, self._struct
        yield blocks.ListBlock, self._list
        yield blocks.RichTextBlock, self._rich_text
        yield blocks.ChooserBlock, self._chooser
        yield FieldBlock, self._plain

    def _stream(self, block: Any) -> Converter | None:
        reading = () if block is self.trusted else _READING
        if not _is_stock(block, blocks.BaseStreamBlock, *reading, _SHOWING):
            return None
        children = {name: self.converter(child) for name, child in block.child_blocks.items()}

        def convert(raw: Any, container: Any, key: Any, work: Work) -> None:
            items: list[Json] = []
            for child in raw or ():
                if (convert_child := children.get(child["type"])) is not None:
                    item = {"type": child["type"], "value": None, "id": child.get("id")}
                    convert_child(child["value"], item, "value", work)
                    items.append(item)
            container[key] = items

        return convert

    def _struct(self, block: Any) -> Converter | None:
        if not _is_stock(block, blocks.BaseStructBlock, *_READING, _SHOWING):
            return None
        children = [
            (name, child, self.converter(child)) for name, child in block.child_blocks.items()
        ]

        def convert(raw: Any, container: Any, key: Any, work: Work) -> None:
            shown: dict[str, Json] = {}
            for name, child, convert_child in children:
                if name in raw:
                    convert_child(raw[name], shown, name, work)
                else:
                    # The definition has got this child after the value was stored.
                    shown[name] = child.get_api_representation(child.get_default())
            container[key] = shown

        return convert

    def _list(self, block: Any) -> Converter | None:
        if not _is_stock(block, blocks.ListBlock, *_READING, _SHOWING):
            return None
        convert_child = self.converter(block.child_block)
        wrapped = block._item_is_in_block_format

        def convert(raw: Any, container: Any, key: Any, work: Work) -> None:
            items: list[Json] = [None] * len(raw)
            for place, item in enumerate(raw):
                convert_child(item["value"] if wrapped(item) else item, items, place, work)
            container[key] = items

        return convert

    def _rich_text(self, block: Any) -> Converter | None:
        if not _is_stock(block, blocks.RichTextBlock, *_READING, _SHOWING):
            return None

        def convert(raw: Any, container: Any, key: Any, work: Work) -> None:
            work.texts.append((container, key, raw or ""))

        return convert

    def _chooser(self, block: Any) -> Converter | None:
        if not _is_stock(block, blocks.ChooserBlock, *_READING, _SHOWING):
            return None

        def convert(raw: Any, container: Any, key: Any, work: Work) -> None:
            container[key] = None
            if raw is not None:
                work.choices[block.model_class].append(Choice(container, key, raw))

        return convert

    def _image(self, block: Any) -> Converter | None:
        from wagtail.images.blocks import ImageBlock

        if not _is_stock(block, ImageBlock, *_READING, _SHOWING):
            return None
        own_way = _own_way(block)
        companions = ("alt_text", "decorative")

        def convert(raw: Any, container: Any, key: Any, work: Work) -> None:
            if not isinstance(raw, dict) or any(name not in raw for name in ("image", *companions)):
                # Stored when it was another block: the alternative text is the image's own.
                own_way(raw, container, key, work)
                return
            shown = {
                "image": None,
                "alt_text": "" if raw["decorative"] else raw["alt_text"],
                "decorative": raw["decorative"],
            }
            container[key] = shown
            if raw["image"] is None:
                shown.update(dict.fromkeys(companions))
            else:
                choice = Choice(shown, "image", raw["image"], companions)
                work.choices[block.child_blocks["image"].model_class].append(choice)

        return convert

    def _plain(self, block: Any) -> Converter | None:
        # Both keep a text and only wrap it in between.
        wrappers = (blocks.RawHTMLBlock, *_embed_blocks())
        base: type[Any] = next((kind for kind in wrappers if isinstance(block, kind)), FieldBlock)
        if not _is_stock(block, base, *_READING, _SHOWING):
            return None

        def convert(raw: Any, container: Any, key: Any, work: Work) -> None:
            container[key] = raw

        return convert


def _embed_blocks() -> tuple[type[Any], ...]:
    from django.apps import apps

    # Where it is not installed, Django would take its tables for those of another app.
    if not apps.is_installed("wagtail.embeds"):
        return ()
    from wagtail.embeds.blocks import EmbedBlock

    return (EmbedBlock,)


def _own_way(block: blocks.Block) -> Converter:
    def convert(raw: Any, container: Any, key: Any, work: Work) -> None:
        work.others.setdefault(id(block), (block, []))[1].append((container, key, raw))

    return convert
