"""The body of a post: a StreamField whose blocks can change without a migration."""

from contextlib import suppress
from typing import Any

from django.core.checks import CheckMessage
from django.core.exceptions import ImproperlyConfigured
from wagtail.blocks import BlockField, StreamBlock
from wagtail.fields import StreamField

from .body import BodyBlock
from .conf import blog_settings
from .html_permission import BodyFormField


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

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Leaves out the blocks if they cannot be built: the check of the settings says why."""
        errors: list[CheckMessage] = super(StreamField, self).check(**kwargs)
        with suppress(ImproperlyConfigured):
            errors += self.stream_block.check(field=self, **kwargs)
        return errors

    def formfield(self, **kwargs: Any) -> Any:
        # Wagtail's checks make the form of each page class. No form without blocks is ever shown:
        # a page cannot be loaded, or made, while its body cannot be read.
        with suppress(ImproperlyConfigured):
            return super().formfield(**{"form_class": BodyFormField, **kwargs})
        return super(StreamField, self).formfield(
            **{"form_class": BlockField, "block": StreamBlock(), **kwargs}
        )

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        # StreamField walks its child blocks here; Field does not.
        name, path, args, kwargs = super(StreamField, self).deconstruct()
        return name, path, list(args), kwargs
