"""Answers, read as far as allowed."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPResponse
from typing import IO, Any

from django.utils.datastructures import CaseInsensitiveMapping

from .errors import BadAnswer, BadStatus, TooLarge

_CHUNK = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A whole answer; the connection is closed already."""

    #: Of the last request, without a fragment.
    url: str
    status: int
    #: Any case; several of one name are joined by ", ".
    headers: CaseInsensitiveMapping[str]
    #: Unpacked; empty if it was written to a file.
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The body in the charset that the answer names, or UTF-8; what is not in it becomes �."""
        message = Message()
        message["Content-Type"] = self.headers.get("Content-Type", "")
        charset = message.get_content_charset() or "utf-8"
        try:
            return self.body.decode(charset, "replace")
        except LookupError:
            return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            BadAnswer: it is something else.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise BadAnswer("The answer is not JSON.") from None

    def raise_for_status(self) -> None:
        """
        Raises:
            BadStatus: the status is not 2xx.
        """
        if not self.ok:
            raise BadStatus(f"The answer has the status {self.status}.", self.status)


def read_body(raw: HTTPResponse, max_bytes: int, into: IO[bytes] | None) -> bytes:
    """The body, unpacked; written to ``into`` if that is given.

    Raises:
        TooLarge: as sent or unpacked. BadAnswer: cut off, or packed in a way nobody asked for.
    """
    if raw.length is not None and raw.length > max_bytes:
        raise TooLarge(f"The answer has more than {max_bytes} bytes.")
    parts: list[bytes] = []
    write = parts.append if into is None else into.write
    size = 0
    for part in _unpacked(_sent(raw, max_bytes), raw.headers.get("Content-Encoding", "")):
        size += len(part)
        if size > max_bytes:
            raise TooLarge(f"The answer has more than {max_bytes} bytes.")
        write(part)
    return b"".join(parts)


def _sent(raw: HTTPResponse, max_bytes: int) -> Iterator[bytes]:
    expected = raw.length
    size = 0
    # One byte at a time from a server is one byte here: the deadline ends it.
    while part := raw.read1(_CHUNK):
        size += len(part)
        if size > max_bytes:
            raise TooLarge(f"The answer has more than {max_bytes} bytes.")
        yield part
    if expected is not None and size < expected:
        raise BadAnswer("The answer is cut off.")


def _unpacked(parts: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    name = encoding.strip().lower()
    if name in ("", "identity"):
        yield from parts
    elif name in ("gzip", "x-gzip"):
        yield from _gunzipped(parts)
    else:
        raise BadAnswer(f"The answer is packed in a way that was not asked for: {name[:40]!r}.")


def _gunzipped(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Never more than a chunk at once, however far it would unpack."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    is_empty = True
    try:
        for part in parts:
            data = part
            while data:
                is_empty = False
                if unpacker.eof:
                    # Another member follows.
                    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
                yield unpacker.decompress(data, _CHUNK)
                # Some servers pad with zeros.
                data = unpacker.unconsumed_tail or unpacker.unused_data.lstrip(b"\0")
        if not is_empty:
            yield unpacker.flush(_CHUNK)
    except zlib.error:
        raise BadAnswer("The answer cannot be unpacked.") from None
    if not (is_empty or unpacker.eof):
        raise BadAnswer("The answer is cut off.")
