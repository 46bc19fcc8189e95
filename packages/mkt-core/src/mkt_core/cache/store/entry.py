"""One stored response, and how it is written: no pickle, so that a poisoned server cannot run code here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from struct import Struct
from zlib import crc32

#: Raised with every change of the format: an entry written by another version is a miss.
_MAGIC = b"MKT\x01"
# Magic, length of the header, its checksum.
_PREFIX = Struct(">4sII")
# Without a look for blanks before and after.
_read_json = json.JSONDecoder().raw_decode


class UnreadableEntry(ValueError):
    """The bytes are no entry: cut off, of another program or of another version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A response in one encoding. Moments are seconds since 1970."""

    status: int
    #: Names and values as they go out; nothing that belongs to one visitor.
    headers: tuple[tuple[str, str], ...]
    body: bytes
    etag: str = ""
    created: float
    #: Until then the entry is "fresh", afterwards "stale".
    fresh_until: float
    #: Afterwards it is not given out at all.
    usable_until: float
    #: How long the render took, which decides how early it is worth repeating.
    render_seconds: float = 0.0

    def to_bytes(self) -> bytes:
        """The entry as it is stored."""
        values = [
            self.status,
            self.headers,
            self.etag,
            self.created,
            self.fresh_until,
            self.usable_until,
            self.render_seconds,
            len(self.body),
        ]
        header = json.dumps(values, separators=(",", ":")).encode()
        return b"".join((_PREFIX.pack(_MAGIC, len(header), crc32(header)), header, self.body))

    @classmethod
    def from_bytes(cls, data: bytes) -> Entry:
        """The entry that ``to_bytes()`` wrote.

        Raises:
            UnreadableEntry: the bytes are anything else.
        """
        header, body = _parts_of(data)
        try:
            values, _ = _read_json(header.decode())
            status, headers, etag, created, fresh_until, usable_until, seconds, length = values
            entry = cls(
                status=int(status),
                headers=tuple([(name, value) for name, value in headers]),
                body=body,
                etag=etag,
                created=float(created),
                fresh_until=float(fresh_until),
                usable_until=float(usable_until),
                render_seconds=float(seconds),
            )
        except (TypeError, ValueError) as error:
            raise UnreadableEntry("the header holds something else") from error
        if len(body) != length:
            raise UnreadableEntry(f"{len(body)} bytes of body instead of {length}")
        return entry


def _parts_of(data: bytes) -> tuple[bytes, bytes]:
    if len(data) < _PREFIX.size:
        raise UnreadableEntry(f"only {len(data)} bytes")
    magic, length, checksum = _PREFIX.unpack_from(data)
    if magic != _MAGIC:
        raise UnreadableEntry(f"it begins with {magic!r}")
    start = _PREFIX.size + length
    header = data[_PREFIX.size : start]
    if crc32(header) != checksum:
        raise UnreadableEntry("the header is damaged")
    return header, data[start:]
