"""The built-in blocks of a post's body.

A site imports from here, to subclass a block or to name one in ``MKT_BLOG["BODY_BLOCKS"]``.
"""

from .button import ButtonBlock
from .callout import CalloutBlock
from .code import CodeBlock
from .embed import EmbedFigureBlock
from .html import CleanHTMLBlock
from .pictures import FigureBlock, GalleryBlock
from .related import RelatedPostsBlock
from .table import TableBlock
from .text import HeadingBlock, HeadingValue, ParagraphBlock, QuoteBlock

__all__ = [
    "ButtonBlock",
    "CalloutBlock",
    "CleanHTMLBlock",
    "CodeBlock",
    "EmbedFigureBlock",
    "FigureBlock",
    "GalleryBlock",
    "HeadingBlock",
    "HeadingValue",
    "ParagraphBlock",
    "QuoteBlock",
    "RelatedPostsBlock",
    "TableBlock",
]
