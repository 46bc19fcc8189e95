"""Walk through a body and the blocks inside of its blocks."""

from collections.abc import Iterator
from typing import Any


def body_leaves(body: Any) -> Iterator[tuple[Any, Any]]:
    """Every block of a body that holds no other blocks, with its value. A picture with its description is one."""
    for child in body or []:
        yield from leaves(child.block, child.value)


def leaves(block: Any, value: Any) -> Iterator[tuple[Any, Any]]:
    """The same for one block."""
    from wagtail.blocks import ListBlock, StreamBlock, StructBlock
    from wagtail.images.blocks import ImageBlock

    if isinstance(block, StructBlock) and not isinstance(block, ImageBlock):
        for name, child in block.child_blocks.items():
            yield from leaves(child, (value or {}).get(name))
    elif isinstance(block, StreamBlock):
        yield from body_leaves(value)
    elif isinstance(block, ListBlock):
        for item in value or []:
            yield from leaves(block.child_block, item)
    else:
        yield block, value
