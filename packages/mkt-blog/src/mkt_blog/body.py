"""The registry of body blocks.

The names of the built-in blocks are stored in the database with every post: they never change.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string
from wagtail.blocks import Block, StreamBlock

from .conf import blog_settings

BUILT_IN: dict[str, str] = {
    "heading": "mkt_blog.blocks.HeadingBlock",
    "paragraph": "mkt_blog.blocks.ParagraphBlock",
    "image": "mkt_blog.blocks.FigureBlock",
    "gallery": "mkt_blog.blocks.GalleryBlock",
    "quote": "mkt_blog.blocks.QuoteBlock",
    "code": "mkt_blog.blocks.CodeBlock",
    "embed": "mkt_blog.blocks.EmbedFigureBlock",
    "html": "mkt_blog.blocks.CleanHTMLBlock",
}


def registered_paths() -> dict[str, str]:
    """Name -> dotted path of every block in use, in the order of the editor's menu."""
    paths: dict[str, str | None] = {**BUILT_IN, **blog_settings.current.BODY_BLOCKS}
    return {name: path for name, path in paths.items() if path is not None}


def build_blocks() -> list[tuple[str, Block]]:
    """New instances of all registered blocks.

    Raises:
        ImproperlyConfigured: a dotted path cannot be imported or does not give a block.
    """
    return [(name, _build(name, path)) for name, path in registered_paths().items()]


def _build(name: str, path: str) -> Block:
    try:
        factory: Callable[[], Any] = import_string(path)
    except ImportError as error:
        raise ImproperlyConfigured(
            f"MKT_BLOG['BODY_BLOCKS'][{name!r}] cannot be imported: {error}"
        ) from error
    try:
        block = factory() if callable(factory) else factory
    except Exception as error:  # whatever a site's own function raises
        raise ImproperlyConfigured(f"MKT_BLOG['BODY_BLOCKS'][{name!r}] fails: {error!r}") from error
    if not isinstance(block, Block):
        raise ImproperlyConfigured(
            f"MKT_BLOG['BODY_BLOCKS'][{name!r}] is {path!r}, which does not give a block."
        )
    return block


class BodyBlock(StreamBlock):
    """The top-level block of a body, with all registered blocks as children."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(build_blocks(), **kwargs)
