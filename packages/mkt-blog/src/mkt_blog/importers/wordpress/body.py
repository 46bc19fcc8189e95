"""The body of a WordPress post as the blocks of ours."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from .blocks import Block, BlockBuilder
from .gutenberg import COMMENT, is_block_content, strip_delimiters
from .names import plain
from .shortcodes import Picture, Shortcodes
from .tree import parse

_ACTIVE = re.compile(r"<(script|style|form|applet)\b", re.IGNORECASE)
_IMAGE = re.compile(r'<img\b[^>]*\ssrc="([^"]+)"')
_REMOTE = re.compile(r"https?://")


@dataclass(slots=True)
class Body:
    """The blocks, and what somebody should know about how they came about."""

    blocks: list[Block] = field(default_factory=list)
    remote_images: list[str] = field(default_factory=list)
    unknown_shortcodes: Counter[str] = field(default_factory=Counter)
    # Blocks that WordPress fills while it shows the page: a list of latest posts, a search form.
    dynamic_blocks: list[str] = field(default_factory=list)
    active_elements: Counter[str] = field(default_factory=Counter)
    empty_galleries: int = 0

    @property
    def opening(self) -> str:
        """The first words, for a post without a title."""
        for block in self.blocks:
            if block["type"] in {"heading", "quote"}:
                return str(block["value"]["text"])
            if block["type"] in {"paragraph", "html"} and (text := plain(block["value"])):
                return text
        return ""


@dataclass(frozen=True, slots=True)
class BodyConverter:
    """Turns the content of posts into blocks. Issues no query and no request."""

    embeddable: Callable[[str], bool]
    base_url: str = ""

    def convert(self, content: str, gallery: Callable[[list[str]], list[Picture]]) -> Body:
        """The blocks of a post; ``gallery`` finds the pictures of a ``[gallery]``.

        Raises:
            ImproperlyConfigured: nh3 (extra ``[import]``) is not installed.
        """
        content = content.replace("\r\n", "\n").replace("\r", "\n")
        body = Body(active_elements=active_elements(content))
        classic = not is_block_content(content)
        if not classic:
            content, body.dynamic_blocks = strip_delimiters(content)
        shortcodes = Shortcodes(gallery)
        content = shortcodes.replace(COMMENT.sub("", content))
        builder = BlockBuilder(classic=classic, embeddable=self.embeddable, base_url=self.base_url)
        body.blocks = builder.build(parse(content))
        body.unknown_shortcodes = shortcodes.unknown
        body.empty_galleries = shortcodes.empty_galleries
        body.remote_images = [
            address for address in images_of(body.blocks) if _REMOTE.match(address)
        ]
        return body


def active_elements(html: str) -> Counter[str]:
    """How many elements there are that run or style something; they are left out of blocks."""
    return Counter(name.lower() for name in _ACTIVE.findall(html))


def images_of(blocks: list[Block]) -> list[str]:
    """Addresses of the pictures in the HTML of blocks."""
    values = (block["value"] for block in blocks if block["type"] == "html")
    return [address for value in values for address in _IMAGE.findall(value)]
