"""The text of an export file, in pieces and as far as possible repaired."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from .errors import ExportError

CHUNK_BYTES = 1 << 16

_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
# XML 1.0 has no way to write these, but WordPress exports what an author has pasted. Half a
# surrogate pair comes out of UTF-7 only.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class SourceFile:
    """An export on disk, read as text.

    Characters that XML forbids are dropped and bytes that are not in the file's encoding become
    U+FFFD, because one of them would end the import of everything behind it. ``repaired`` counts
    the former.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.bytes_read = 0
        self.repaired = 0

    @property
    def size_bytes(self) -> int:
        return self.path.stat().st_size

    def chunks(self) -> Iterator[str]:
        """The text from the beginning.

        Raises:
            ExportError: the file is missing, is a folder, is empty or cannot be read.
        """
        self.bytes_read = self.repaired = 0
        try:
            with self.path.open("rb") as file:
                head = file.read(CHUNK_BYTES)
                if not head.strip():
                    raise ExportError(_("The file %s is empty.") % self.path)
                decoder = self._decoder(head)
                while head:
                    self.bytes_read += len(head)
                    yield self._repair(decoder.decode(head))
                    head = file.read(CHUNK_BYTES)
                yield self._repair(decoder.decode(b"", final=True))
        except FileNotFoundError as error:
            raise ExportError(_("There is no file %s.") % self.path) from error
        except IsADirectoryError as error:
            raise ExportError(_("%s is a folder, not an export file.") % self.path) from error
        except OSError as error:
            raise ExportError(
                _("The file %(path)s cannot be read: %(reason)s.")
                % {"path": self.path, "reason": error.strerror or error}
            ) from error

    def _decoder(self, head: bytes) -> codecs.IncrementalDecoder:
        marks = (name for mark, name in _BYTE_ORDER_MARKS.items() if head.startswith(mark))
        declared = _DECLARED.search(head[:500])
        encoding = next(marks, "") or self._checked(declared[1].decode() if declared else "utf-8")
        return _open_decoder(encoding)

    def _checked(self, encoding: str) -> str:
        try:
            codecs.lookup(encoding)
        except LookupError as error:
            raise ExportError(
                _("The file %(path)s is written in an unknown encoding, “%(encoding)s”.")
                % {"path": self.path, "encoding": encoding}
            ) from error
        if not _keeps_ascii(encoding):
            raise ExportError(
                _(
                    "The file %(path)s says that its encoding is “%(encoding)s”, which it cannot"
                    " be. Correct its first line."
                )
                % {"path": self.path, "encoding": encoding}
            )
        return encoding

    def _repair(self, text: str) -> str:
        repaired, count = _NOT_XML.subn("", text)
        self.repaired += count
        return repaired


def _open_decoder(encoding: str) -> codecs.IncrementalDecoder:
    return codecs.getincrementaldecoder(encoding)(errors="replace")


def _keeps_ascii(encoding: str) -> bool:
    """Whether a declaration that reads as ASCII may name the encoding.

    Python knows more codecs than encodings of texts: some give bytes, some raise any exception, and
    some take a backslash for the beginning of another character.
    """
    try:
        text = _open_decoder(encoding).decode(rb"<?xml \u003c")
    except Exception:  # noqa: BLE001
        return False
    return text[:6] == "<?xml " and text[-5:] == "u003c"
