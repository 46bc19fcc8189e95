"""The built-in blocks of a post's body."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.embeds.blocks import EmbedBlock
from wagtail.images.blocks import ImageBlock

from .html import clean_html


class HeadingBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("text"))
    level = blocks.ChoiceBlock(
        label=_("level"),
        choices=[("h2", _("Heading 2")), ("h3", _("Heading 3")), ("h4", _("Heading 4"))],
        default="h2",
        search_index=False,
    )

    class Meta:
        icon = "title"
        label = _("Heading")
        template = "mkt_blog/blocks/heading.html"


class ParagraphBlock(blocks.RichTextBlock):
    """Running text with links, emphasis and lists; headings are blocks of their own."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "features",
            ["bold", "italic", "strikethrough", "superscript", "subscript", "code"]
            + ["link", "document-link", "ol", "ul", "hr"],
        )
        super().__init__(**kwargs)

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "mkt_blog/blocks/paragraph.html"


class FigureBlock(blocks.StructBlock):
    image = ImageBlock(label=_("image"))
    caption = blocks.CharBlock(label=_("caption"), required=False)

    class Meta:
        icon = "image"
        label = _("Image")
        template = "mkt_blog/blocks/image.html"


class GalleryBlock(blocks.ListBlock):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(FigureBlock(), **kwargs)

    class Meta:
        icon = "image"
        label = _("Gallery")
        template = "mkt_blog/blocks/gallery.html"


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("text"))
    attribution = blocks.CharBlock(label=_("attribution"), required=False)

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "mkt_blog/blocks/quote.html"


class CodeBlock(blocks.StructBlock):
    language = blocks.CharBlock(
        label=_("language"), required=False, max_length=40, search_index=False
    )
    code = blocks.TextBlock(label=_("code"))

    class Meta:
        icon = "code"
        label = _("Code")
        template = "mkt_blog/blocks/code.html"


class EmbedFigureBlock(blocks.StructBlock):
    url = EmbedBlock(label=_("address"))
    caption = blocks.CharBlock(label=_("caption"), required=False)

    class Meta:
        icon = "media"
        label = _("Embed")
        template = "mkt_blog/blocks/embed.html"


class CleanHTMLBlock(blocks.RawHTMLBlock):
    """HTML for what rich text cannot hold: tables, frames, pictures kept elsewhere.

    Whatever an editor enters is cleaned by nh3 (extra ``[import]``) before it is stored, so that
    no script gets in. Without nh3 the block refuses new content and still shows what is stored.
    """

    def clean(self, value: Any) -> str:
        value = super().clean(value)
        try:
            return self.normalize(clean_html(str(value)))
        except ImproperlyConfigured as error:
            raise ValidationError(str(error)) from error

    def get_searchable_content(self, value: Any) -> list[str]:
        return [strip_tags(str(value or ""))]

    class Meta:
        icon = "code"
        label = _("HTML")
        template = "mkt_blog/blocks/html.html"
