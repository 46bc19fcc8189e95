"""The body of a post: a StreamField whose blocks can change without a migration."""

from typing import Any

from django.core.signals import setting_changed
from wagtail.blocks import StreamBlock
from wagtail.fields import StreamField

from .body import BodyBlock


class BodyField(StreamField):
    """A StreamField that takes its blocks from the registry of the blog.

    ``MKT_BLOG["BODY_BLOCKS"]`` adds, replaces and removes blocks. ``deconstruct`` names no
    block, so a migration says ``BodyField(blank=True)`` whatever is registered, and historical
    models read a body with the blocks of today.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.pop("block_types", None)
        super().__init__([], **kwargs)
        # The setting is read when the blocks are first needed, never at import.
        setting_changed.connect(self._forget_blocks)

    @property
    def stream_block(self) -> StreamBlock:
        """The top-level block, built once for each state of the setting."""
        block = self.__dict__.get("_stream_block")
        if block is None:
            block = BodyBlock()
            block.set_meta_options(self.block_opts)
            self.__dict__["_stream_block"] = block
        return block

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        # StreamField walks its child blocks here; Field does not.
        name, path, args, kwargs = super(StreamField, self).deconstruct()
        return name, path, list(args), kwargs

    def _forget_blocks(self, *, setting: str, **kwargs: Any) -> None:
        if setting == "MKT_BLOG":
            self.__dict__.pop("_stream_block", None)
