"""The body of a post: a StreamField whose blocks can change without a migration."""

from typing import Any

from wagtail.blocks import StreamBlock
from wagtail.fields import StreamField

from .body import BodyBlock
from .conf import blog_settings


class BodyField(StreamField):
    """A StreamField that takes its blocks from the registry of the blog.

    ``MKT_BLOG["BODY_BLOCKS"]`` adds, replaces and removes blocks. ``deconstruct`` names no
    block, so a migration says ``BodyField(blank=True)`` whatever is registered, and historical
    models read a body with the blocks of today.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.pop("block_types", None)
        super().__init__([], **kwargs)

    @property
    def stream_block(self) -> StreamBlock:
        """The top-level block, built when first needed and again when the setting has changed."""
        conf = blog_settings.current
        built_for, block = self.__dict__.get("_built", (None, None))
        if block is None or built_for is not conf:
            block = BodyBlock()
            block.set_meta_options(self.block_opts)
            self.__dict__["_built"] = conf, block
        return block

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        # StreamField walks its child blocks here; Field does not.
        name, path, args, kwargs = super(StreamField, self).deconstruct()
        return name, path, list(args), kwargs
