"""A streaming reader for WordPress exports.

It works on expat events and keeps one item at a time, so that memory depends on the largest post
and not on the file. A document type is refused, and with it every entity expansion and every
external entity: an export has no use for one.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.parsers import expat

from django.utils.translation import gettext as _

from .errors import ExportError, ExportStopped
from .items import AuthorDefinition, Item, Term, TermDefinition
from .source import SourceFile

# Meta fields that the import uses; a post may have thousands of others.
META_KEPT = {"_thumbnail_id", "_wp_attachment_image_alt"}
# Large texts that are left out when only the head of each item is wanted.
BODIES = {"content:encoded", "description"}

_NAMESPACES = (
    (re.compile(r"https?://wordpress\.org/export/[\d.]+/excerpt/?$"), "excerpt"),
    (re.compile(r"https?://wordpress\.org/export/[\d.]+/?$"), "wp"),
    (re.compile(r"http://purl\.org/rss/1\.0/modules/content/?$"), "content"),
    (re.compile(r"http://purl\.org/dc/elements/1\.1/?$"), "dc"),
)

Record = Item | TermDefinition | AuthorDefinition


class Reader:
    """Reads one export from the beginning to the end.

    ``with_bodies=False`` skips the texts of the posts, for a quick look at the whole file.
    After the head has been read, ``base_url`` and ``version`` are set.
    """

    def __init__(self, path: Path, *, with_bodies: bool = True) -> None:
        self.source = SourceFile(path)
        self.with_bodies = with_bodies
        self.base_url = ""
        self.version = ""
        self._prefixes: dict[str, str] = {}
        self._path: list[str] = []
        self._text: list[str] | None = None
        self._item: Item | None = None
        self._record: dict[str, str] = {}
        self._term: tuple[str, str] = ("", "")
        self._done: list[Record] = []
        self._seen_wxr = False
        self._parser = self._make_parser()

    @property
    def line(self) -> int:
        return int(self._parser.CurrentLineNumber)

    def __iter__(self) -> Iterator[Record]:
        """Items and definitions in the order of the file.

        Raises:
            ExportStopped: the file ends too early or breaks off; what came before is good.
            ExportError: it is no WordPress export, or not readable at all.
        """
        for chunk in self.source.chunks():
            yield from self._feed(chunk, final=False)
        yield from self._feed("", final=True)
        if not self._seen_wxr:
            raise ExportError(self._not_wxr())

    def _feed(self, chunk: str, *, final: bool) -> Iterator[Record]:
        stopped: ExportError | None = None
        try:
            self._parser.Parse(chunk, final)
        except expat.ExpatError as error:
            stopped = self._explain(error, final=final)
        done, self._done = self._done, []
        yield from done
        if stopped:
            raise stopped

    def _explain(self, error: expat.ExpatError, *, final: bool) -> ExportError:
        if not self._path and not self._seen_wxr:
            return ExportError(_("%s is not an XML file.") % self.source.path)
        if not self._seen_wxr:
            return ExportError(self._not_wxr())
        if final:
            reason = _("The file ends in the middle of the export, at line %d") % error.lineno
        else:
            reason = _("The file is not well-formed XML at line %(line)d (%(problem)s)") % {
                "line": error.lineno,
                "problem": expat.ErrorString(error.code),
            }
        return ExportStopped(reason, error.lineno)

    def _not_wxr(self) -> str:
        return (
            _("%s is not a WordPress export: it lacks the elements that WordPress writes.")
            % self.source.path
        )

    def _make_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.ExternalEntityRefHandler = self._refuse
        return parser

    def _refuse(self, *args: object) -> int:
        raise ExportError(
            _(
                "%s defines a document type or entities. WordPress never writes them and they"
                " can be an attack, so the file is refused."
            )
            % self.source.path
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._path:
            self._read_namespaces(name, attributes)
        name = self._canonical(name)
        self._path.append(name)
        self._text = None
        if name == "item" and self._item is None:
            if not self._seen_wxr:
                raise ExportError(self._not_wxr())
            self._item = Item(line=self.line)
        elif name in {"wp:author", "wp:category", "wp:postmeta", "wp:term"}:
            self._record = {}
        elif name == "category":
            self._term = (attributes.get("domain", "category"), attributes.get("nicename", ""))
        if self._wanted(name):
            self._text = []

    def _end(self, name: str) -> None:
        name = self._path.pop()
        text = "".join(self._text) if self._text is not None else None
        self._text = None
        parent = self._path[-1] if self._path else ""
        if finish := _FINISHERS.get(name):
            finish(self)
        elif self._item is not None:
            self._end_in_item(name, parent, text)
        elif parent in {"wp:author", "wp:category", "wp:term"} and text is not None:
            self._record[name] = text
        elif parent == "channel" and text is not None:
            self._end_in_channel(name, text.strip())

    def _end_in_channel(self, name: str, text: str) -> None:
        if name == "wp:wxr_version":
            self.version, self._seen_wxr = text, True
        elif name == "wp:base_blog_url" or (name == "link" and not self.base_url):
            self.base_url = text

    def _end_in_item(self, name: str, parent: str, text: str | None) -> None:
        assert self._item is not None
        if parent == "wp:postmeta" and text is not None:
            self._record[name] = text
        elif parent == "item" and name == "category" and text is not None:
            self._item.terms.append(Term(*self._term, text.strip()))
        elif parent == "item" and text is not None:
            self._item.fields[name] = text

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _wanted(self, name: str) -> bool:
        # Comments are counted, not read.
        if "wp:comment" in self._path:
            return False
        return self.with_bodies or name not in BODIES

    def _read_namespaces(self, name: str, attributes: dict[str, str]) -> None:
        if name != "rss":
            raise ExportError(self._not_wxr())
        for attribute, uri in attributes.items():
            if attribute.startswith("xmlns:"):
                for pattern, prefix in _NAMESPACES:
                    if pattern.match(uri):
                        self._prefixes[attribute.removeprefix("xmlns:")] = prefix
                        self._seen_wxr = self._seen_wxr or prefix == "wp"

    def _canonical(self, name: str) -> str:
        prefix, colon, local = name.partition(":")
        return f"{self._prefixes.get(prefix, prefix)}:{local}" if colon else name

    def _finish_item(self) -> None:
        if self._item is not None and "item" not in self._path:
            self._done.append(self._item)
            self._item = None

    def _finish_meta(self) -> None:
        key = self._record.get("wp:meta_key", "").strip()
        if self._item is not None and key in META_KEPT:
            self._item.meta[key] = self._record.get("wp:meta_value", "").strip()

    def _finish_comment(self) -> None:
        if self._item is not None:
            self._item.comments += 1

    def _finish_author(self) -> None:
        if login := self._record.get("wp:author_login", "").strip():
            self._done.append(
                AuthorDefinition(
                    login,
                    self._record.get("wp:author_display_name", "").strip(),
                    self._record.get("wp:author_first_name", "").strip(),
                    self._record.get("wp:author_last_name", "").strip(),
                )
            )

    def _finish_category(self) -> None:
        get = self._record.get
        self._define(
            get("wp:category_nicename", ""),
            get("wp:cat_name", ""),
            get("wp:category_parent", ""),
            get("wp:category_description", ""),
        )

    def _finish_term(self) -> None:
        get = self._record.get
        if get("wp:term_taxonomy", "").strip() == "category":
            self._define(
                get("wp:term_slug", ""),
                get("wp:term_name", ""),
                get("wp:term_parent", ""),
                get("wp:term_description", ""),
            )

    def _define(self, slug: str, name: str, parent: str, description: str) -> None:
        if slug.strip() or name.strip():
            self._done.append(
                TermDefinition(
                    slug.strip(), name.strip() or slug.strip(), parent.strip(), description.strip()
                )
            )


_FINISHERS: dict[str, Callable[[Reader], None]] = {
    "item": Reader._finish_item,
    "wp:postmeta": Reader._finish_meta,
    "wp:comment": Reader._finish_comment,
    "wp:author": Reader._finish_author,
    "wp:category": Reader._finish_category,
    "wp:term": Reader._finish_term,
}
