"""The registry of body blocks.

The names of the built-in blocks are stored in the database with every post: they never change.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string
from wagtail.blocks import Block, StreamBlock, StreamValue

from .conf import blog_settings
from .headings import unique_anchors

BUILT_IN: dict[str, str] = {
    "heading": "mkt_blog.blocks.HeadingBlock",
    "paragraph": "mkt_blog.blocks.ParagraphBlock",
    "image": "mkt_blog.blocks.FigureBlock",
    "gallery": "mkt_blog.blocks.GalleryBlock",
    "quote": "mkt_blog.blocks.QuoteBlock",
    "code": "mkt_blog.blocks.CodeBlock",
    "embed": "mkt_blog.blocks.EmbedFigureBlock",
    "table": "mkt_blog.blocks.TableBlock",
    "callout": "mkt_blog.blocks.CalloutBlock",
    "button": "mkt_blog.blocks.ButtonBlock",
    "related": "mkt_blog.blocks.RelatedPostsBlock",
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


class BodyValue(StreamValue):
    """A stream whose headings know their anchors, wherever and however they are rendered."""

    @classmethod
    def of(cls, stream: StreamValue) -> "BodyValue":
        """The same stream, block for block."""
        if isinstance(stream, cls):
            return stream
        body = cls.__new__(cls)
        body.__dict__.update(stream.__dict__)
        # A view on the other object.
        body.__dict__.pop("raw_data", None)
        return body

    def __getitem__(self, position: Any) -> Any:
        child = super().__getitem__(position)
        if isinstance(position, int) and getattr(child.value, "given_anchor", "") is None:
            self.give_anchors()
        return child

    def __setitem__(self, position: Any, item: Any) -> None:
        super().__setitem__(position, item)
        self._take_anchors()

    def __delitem__(self, position: Any) -> None:
        super().__delitem__(position)
        self._take_anchors()

    def insert(self, position: int, item: Any) -> None:
        super().insert(position, item)
        self._take_anchors()

    def give_anchors(self) -> None:
        """Tell every heading its anchor, in one pass."""
        values = self._heading_values()
        anchors = unique_anchors(str(value.get("text") or "") for value in values)
        for value, anchor in zip(values, anchors, strict=True):
            value.given_anchor = anchor

    def _take_anchors(self) -> None:
        for child in self._bound_blocks:
            if child is not None and hasattr(child.value, "given_anchor"):
                child.value.given_anchor = None

    def _heading_values(self) -> list[Any]:
        from .blocks import HeadingBlock

        # Nothing but the headings: other blocks may cost a query.
        blocks = self.stream_block.child_blocks
        positions = [
            position
            for position, (bound, raw) in enumerate(
                zip(self._bound_blocks, self._raw_data, strict=True)
            )
            if isinstance(bound.block if bound else blocks[raw["type"]], HeadingBlock)
        ]
        return [super(BodyValue, self).__getitem__(position).value for position in positions]


class BodyBlock(StreamBlock):
    """The top-level block of a body, with all registered blocks as children."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(build_blocks(), **kwargs)

    def to_python(self, value: Any) -> BodyValue:
        return BodyValue.of(super().to_python(value))

    def bulk_to_python(self, values: Any) -> list[BodyValue]:
        return [BodyValue.of(stream) for stream in super().bulk_to_python(values)]

    def normalize(self, value: Any) -> BodyValue:
        return BodyValue.of(super().normalize(value))

    def clean(self, value: Any) -> BodyValue:
        return BodyValue.of(super().clean(value))

    def value_from_datadict(self, data: Any, files: Any, prefix: str) -> BodyValue:
        return BodyValue.of(super().value_from_datadict(data, files, prefix))
