"""From the elements of an export to its records."""

from collections.abc import Callable

from .items import AuthorDefinition, Item, Term, TermDefinition
from .seo import SEO_META

# Meta fields that the import uses; a post may have thousands of others.
META_KEPT = {"_thumbnail_id", "_wp_attachment_image_alt", *SEO_META}
# Large texts that are left out when only the head of each item is wanted.
BODIES = {"content:encoded", "description"}

Record = Item | TermDefinition | AuthorDefinition


class RecordBuilder:
    """Takes the elements one by one and puts each finished record into ``done``.

    Element names have the prefixes that WordPress uses (``wp``, ``content`` …), whatever the file
    calls them. ``version`` and ``base_url`` are filled in as the head of the export is read.
    """

    def __init__(self, *, with_bodies: bool) -> None:
        self.done: list[Record] = []
        self.version = ""
        self.base_url = ""
        self._with_bodies = with_bodies
        self._path: list[str] = []
        self._open_comments = 0
        self._text: list[str] | None = None
        self._item: Item | None = None
        self._fields: dict[str, str] = {}
        self._term: tuple[str, str] = ("", "")

    @property
    def depth(self) -> int:
        """How many elements are open."""
        return len(self._path)

    def start(self, name: str, attributes: dict[str, str], line: int) -> None:
        self._path.append(name)
        if name == "item" and self._item is None:
            self._item = Item(line=line)
        elif name == "wp:comment":
            self._open_comments += 1
        elif name in _PARTS:
            self._fields = {}
        elif name == "category":
            self._term = (attributes.get("domain", "category"), attributes.get("nicename", ""))
        self._text = [] if self._is_wanted(name) else None

    def text(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def end(self) -> None:
        name = self._path.pop()
        text = None if self._text is None else "".join(self._text)
        self._text = None
        parent = self._path[-1] if self._path else ""
        if finish := _FINISHERS.get(name):
            finish(self)
        elif text is None:
            return
        elif parent in _PARTS:
            self._fields[name] = text
        elif self._item is not None:
            self._add_to_item(name, parent, text)
        elif parent == "channel":
            self._add_to_channel(name, text.strip())

    def _is_wanted(self, name: str) -> bool:
        # Comments are counted, not read.
        return not self._open_comments and (self._with_bodies or name not in BODIES)

    def _add_to_channel(self, name: str, text: str) -> None:
        if name == "wp:wxr_version":
            self.version = text
        elif name == "wp:base_blog_url" or (name == "link" and not self.base_url):
            self.base_url = text

    def _add_to_item(self, name: str, parent: str, text: str) -> None:
        assert self._item is not None
        if parent == "item" and name == "category":
            self._item.terms.append(Term(*self._term, text.strip()))
        elif parent == "item":
            self._item.fields[name] = text

    def _finish_item(self) -> None:
        if self._item is not None and "item" not in self._path:
            self.done.append(self._item)
            self._item = None

    def _finish_meta(self) -> None:
        key = self._get("wp:meta_key")
        if self._item is not None and key in META_KEPT:
            self._item.meta[key] = self._get("wp:meta_value")

    def _finish_comment(self) -> None:
        self._open_comments -= 1
        if self._item is not None:
            self._item.comments += 1

    def _finish_author(self) -> None:
        if login := self._get("wp:author_login"):
            names = ("wp:author_display_name", "wp:author_first_name", "wp:author_last_name")
            self.done.append(AuthorDefinition(login, *map(self._get, names)))

    def _finish_category(self) -> None:
        names = ("category_nicename", "cat_name", "category_parent", "category_description")
        self._define(*(self._get(f"wp:{name}") for name in names))

    def _finish_term(self) -> None:
        if self._get("wp:term_taxonomy") == "category":
            names = ("term_slug", "term_name", "term_parent", "term_description")
            self._define(*(self._get(f"wp:{name}") for name in names))

    def _define(self, slug: str, name: str, parent: str, description: str) -> None:
        if slug or name:
            self.done.append(TermDefinition(slug, name or slug, parent, description))

    def _get(self, name: str) -> str:
        return self._fields.get(name, "").strip()


# Elements that hold the fields of one thing.
_PARTS = {"wp:author", "wp:category", "wp:postmeta", "wp:term"}

_FINISHERS: dict[str, Callable[[RecordBuilder], None]] = {
    "item": RecordBuilder._finish_item,
    "wp:postmeta": RecordBuilder._finish_meta,
    "wp:comment": RecordBuilder._finish_comment,
    "wp:author": RecordBuilder._finish_author,
    "wp:category": RecordBuilder._finish_category,
    "wp:term": RecordBuilder._finish_term,
}
