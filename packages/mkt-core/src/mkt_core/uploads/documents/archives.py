"""ZIP, TAR and gzip: every entry is read once, in pieces, and nothing is unpacked to a path."""

from __future__ import annotations

import gzip
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.utils.translation import gettext_lazy as _

from ..errors import UploadRefused
from . import members
from .budget import Budget

_STEP = 1 << 16
_SPOOLED_BYTES = 1 << 20
# Bytes in the directory of a ZIP for each entry, on average; names are mostly short.
_DIRECTORY_BYTES = 300
# The record and its address that archives have in front of their end if they are very large.
_ZIP64_BYTES = 56 + 20
_ABSOLUTE = re.compile(r"^([/\\]|[A-Za-z]:)")
_LONG_HEADERS = frozenset(
    (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)
)


def check_zip(file: IO[bytes], size: int, budget: Budget, depth: int = 0) -> list[str]:
    """The names of its entries. Raises ``UploadRefused``."""
    _check_directory(file, size, budget)
    with _readable(), zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        budget.take_entries(len(entries))
        budget.has_room(sum(entry.file_size for entry in entries))
        _check_places(entries)
        for entry in entries:
            _check_name(entry.filename)
            if entry.flag_bits & 0x1:
                raise UploadRefused(
                    _("This archive is encrypted, so that nobody can see what is in it."),
                    code="encrypted",
                )
            if stat.S_ISLNK(entry.external_attr >> 16):
                raise _link()
            if not entry.is_dir():
                with archive.open(entry) as content:
                    members.check(entry.filename, content, budget, depth)
        return [entry.filename for entry in entries]


def check_tar(stream: IO[bytes], budget: Budget, depth: int = 0) -> None:
    """``stream`` is only read forward. Raises ``UploadRefused``."""
    with _readable(), tarfile.open(fileobj=stream, mode="r|", tarinfo=_Header) as archive:
        for entry in archive:
            budget.take_entries()
            _check_name(entry.name)
            if entry.issym() or entry.islnk():
                raise _link()
            if not (entry.isreg() or entry.isdir()):
                raise UploadRefused(_("This archive holds a device."), code="archive_device")
            if content := archive.extractfile(entry):
                members.check(entry.name, content, budget, depth)
            # A reader of streams keeps what it has seen.
            archive.members = []  # type: ignore[attr-defined]


def check_gzip(file: IO[bytes], name: str, budget: Budget, depth: int = 0) -> None:
    """A compressed file, or a compressed TAR. Raises ``UploadRefused``."""
    budget.take_entries()
    inner = re.sub(r"\.tgz$", ".tar", re.sub(r"\.gz$", "", name, flags=re.I), flags=re.I)
    with _readable(), gzip.GzipFile(fileobj=file) as content:
        members.check(inner, content, budget, depth)  # type: ignore[arg-type]


@contextmanager
def spooled(head: bytes, content: IO[bytes], budget: Budget) -> Iterator[tuple[IO[bytes], int]]:
    """An entry that has to be read from its end: in memory if small, else in a temporary file without a name."""
    with SpooledTemporaryFile(max_size=_SPOOLED_BYTES) as copy:
        copy.write(head)
        size = len(head)
        while piece := content.read(_STEP):
            budget.take_bytes(len(piece))
            copy.write(piece)
            size += len(piece)
        copy.seek(0)
        yield copy, size


class _Header(tarfile.TarInfo):
    """Long names are read into memory at once, so they must not be very long."""

    @classmethod
    def frombuf(cls, buf: Any, encoding: str, errors: str) -> Any:
        found = super().frombuf(buf, encoding, errors)
        if found.type in _LONG_HEADERS and found.size > 1 << 20:
            raise tarfile.ReadError("a header that is too long")
        return found


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except UploadRefused:
        raise
    except (
        EOFError,
        LookupError,
        NotImplementedError,
        OSError,
        RuntimeError,
        ValueError,
        tarfile.TarError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        raise UploadRefused(
            _("This archive is damaged, or packed in a way that cannot be looked into."),
            code="damaged",
        ) from error


def _check_directory(file: IO[bytes], size: int, budget: Budget) -> None:
    """The end of a ZIP says how large its directory is, which is read into memory as a whole."""
    tail_bytes = _ZIP64_BYTES + 22 + 65_535
    tail_at = max(size - tail_bytes, 0)
    file.seek(tail_at)
    tail = file.read(tail_bytes)
    at = tail.rfind(b"PK\x05\x06")
    end = tail[at : at + 22] if at >= 0 else b""
    if len(end) < 22 or len(tail) - at - 22 != int.from_bytes(end[20:22], "little"):
        raise _damaged_end()
    directory_bytes = int.from_bytes(end[12:16], "little")
    if at >= 20 and tail.startswith(b"PK\x06\x07", at - 20):
        directory_bytes = _zip64_directory_bytes(tail[:at], tail_at + at)
    if directory_bytes > budget.max_entries * _DIRECTORY_BYTES:
        budget.take_entries(budget.max_entries + 1)
    file.seek(0)


def _zip64_directory_bytes(before: bytes, end_at: int) -> int:
    """Of the longer record in front of the end, which then counts. Readers find it in two ways, which must agree."""
    record, place = before[-_ZIP64_BYTES:-20], int.from_bytes(before[-12:-4], "little")
    if not record.startswith(b"PK\x06\x06") or place != end_at - _ZIP64_BYTES:
        raise _damaged_end()
    return int.from_bytes(record[40:48], "little")


def _damaged_end() -> UploadRefused:
    return UploadRefused(_("This archive is damaged, or something follows it."), code="damaged")


def _check_places(entries: list[zipfile.ZipInfo]) -> None:
    """Entries that share bytes are how few bytes become very many; two of one name, how readers are misled."""
    if len({entry.filename for entry in entries}) < len(entries):
        raise UploadRefused(
            _("This archive holds two files of the same name."), code="archive_duplicate"
        )
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise UploadRefused(
                _("This archive is too large when unpacked: its files overlap."),
                code="archive_bomb",
            )
        # What follows the fixed header in front of the data is at least as long as the name.
        end = entry.header_offset + 30 + entry.compress_size


def _check_name(name: str) -> None:
    parts = re.split(r"[/\\]", name)
    if _ABSOLUTE.match(name) or ".." in parts or any(ord(char) < 32 for char in name):
        raise UploadRefused(
            _("This archive holds a file that would be unpacked outside of its folder."),
            code="archive_path",
        )


def _link() -> UploadRefused:
    return UploadRefused(_("This archive holds a link to another file."), code="archive_link")
