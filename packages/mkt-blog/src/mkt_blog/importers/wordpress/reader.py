"""A streaming reader for WordPress exports.

It works on expat events and keeps one item at a time, so that memory depends on the largest post
and not on the file. A document type is refused, and with it every entity expansion and every
external entity: an export has no use for one.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from django.utils.translation import gettext as _

from .errors import ExportError, ExportStopped
from .records import Record, RecordBuilder
from .source import SourceFile

# WordPress writes five elements inside of one another; a plugin may add a few.
MAX_DEPTH = 200

_NAMESPACES = (
    (re.compile(r"https?://wordpress\.org/export/[\d.]+/excerpt/?$"), "excerpt"),
    (re.compile(r"https?://wordpress\.org/export/[\d.]+/?$"), "wp"),
    (re.compile(r"http://purl\.org/rss/1\.0/modules/content/?$"), "content"),
    (re.compile(r"http://purl\.org/dc/elements/1\.1/?$"), "dc"),
)


class Reader:
    """Reads one export from the beginning to the end.

    ``with_bodies=False`` leaves out the texts of the posts, for a quick look at the whole file.
    """

    def __init__(self, path: Path, *, with_bodies: bool = True) -> None:
        self.source = SourceFile(path)
        self._builder = RecordBuilder(with_bodies=with_bodies)
        self._prefixes: dict[str, str] = {}
        self._names_wordpress = False
        self._parser = self._make_parser()

    @property
    def version(self) -> str:
        return self._builder.version

    @property
    def base_url(self) -> str:
        """The address of the old blog."""
        return self._builder.base_url

    def __iter__(self) -> Iterator[Record]:
        """Items and definitions in the order of the file.

        Raises:
            ExportStopped: the file ends too early or breaks off; what came before is good.
            ExportError: it is no WordPress export, or not readable at all.
        """
        for chunk in self.source.chunks():
            yield from self._feed(chunk, final=False)
        yield from self._feed("", final=True)
        if not self._is_export:
            raise self._no_export()

    @property
    def _is_export(self) -> bool:
        return self._names_wordpress or bool(self.version)

    def _feed(self, chunk: str, *, final: bool) -> Iterator[Record]:
        stopped: ExportError | None = None
        try:
            self._parser.Parse(chunk, final)
        except expat.ExpatError as error:
            stopped = self._explain(error, final=final)
        except ExportStopped as error:
            stopped = error
        done, self._builder.done = self._builder.done, []
        yield from done
        if stopped:
            raise stopped

    def _explain(self, error: expat.ExpatError, *, final: bool) -> ExportError:
        if not self._is_export:
            if self._builder.depth:
                return self._no_export()
            return ExportError(_("%s is not an XML file.") % self.source.path)
        if final:
            reason = _("The file ends in the middle of the export, at line %d") % error.lineno
        else:
            reason = _("The file is not well-formed XML at line %(line)d (%(problem)s)") % {
                "line": error.lineno,
                "problem": expat.ErrorString(error.code),
            }
        return ExportStopped(reason, error.lineno)

    def _no_export(self) -> ExportError:
        return ExportError(
            _("%s is not a WordPress export: it lacks the elements that WordPress writes.")
            % self.source.path
        )

    def _make_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._builder.text
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

    def _too_deep(self) -> ExportError:
        if not self._is_export:
            return self._no_export()
        line = self._parser.CurrentLineNumber
        reason = _("Elements are nested more than %(depth)d deep at line %(line)d") % {
            "depth": MAX_DEPTH,
            "line": line,
        }
        return ExportStopped(reason, line)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._builder.depth:
            self._read_namespaces(name, attributes)
        elif self._builder.depth == MAX_DEPTH:
            raise self._too_deep()
        name = self._usual(name)
        if name == "item" and not self._is_export:
            raise self._no_export()
        self._builder.start(name, attributes, self._parser.CurrentLineNumber)

    def _end(self, name: str) -> None:
        self._builder.end()

    def _read_namespaces(self, name: str, attributes: dict[str, str]) -> None:
        if name != "rss":
            raise self._no_export()
        for attribute, uri in attributes.items():
            if not attribute.startswith("xmlns:"):
                continue
            prefix = next((usual for pattern, usual in _NAMESPACES if pattern.match(uri)), None)
            if prefix:
                self._prefixes[attribute.removeprefix("xmlns:")] = prefix
        self._names_wordpress = "wp" in self._prefixes.values()

    def _usual(self, name: str) -> str:
        """The name with the prefix that WordPress writes."""
        prefix, colon, local = name.partition(":")
        return f"{self._prefixes.get(prefix, prefix)}:{local}" if colon else name
