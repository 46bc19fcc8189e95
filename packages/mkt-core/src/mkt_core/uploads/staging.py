"""A cleaned file that waits to be stored, on the disk where it will be.

Storing is then a rename, which needs no room: a full disk shows while the form is checked, where it is a message beside
the field, and never leaves half a file under a name that somebody could ask for.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from .errors import UploadRefused

logger = logging.getLogger(__name__)

#: How files that wait are called; those of processes that were killed are removed by ``mkt_uploads clean``.
PREFIX = ".mkt-upload-"
_FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))


class StagedFile(UploadedFile):
    """Checked, cleaned, and ready to be renamed into place; removed if nobody stores it."""

    def __init__(
        self, handle: IO[bytes], path: str, name: str, size: int, content_type: str | None
    ) -> None:
        super().__init__(handle, name, content_type, size)
        self._path = path
        self._discard = weakref.finalize(self, _discarded, handle, path)

    def temporary_file_path(self) -> str:
        """Django's storages move the file there instead of copying it."""
        return self._path

    def close(self) -> None:
        self._discard()


class KeptFile(UploadedFile):
    """The same for a storage elsewhere: checked and cleaned, in memory or in the file that came."""


def staged(
    content: bytes | File[Any], name: str, content_type: str | None, storage: Storage
) -> UploadedFile:
    """``content`` as a file of this name, on the disk of ``storage`` if it has one.

    Raises:
        UploadRefused: that disk, or its quota, is full.
    """
    size = len(content) if isinstance(content, bytes) else content.size
    directory = _directory(storage)
    if directory is None:
        kept: Any = BytesIO(content) if isinstance(content, bytes) else content.file
        kept.seek(0)
        return KeptFile(kept, name, content_type, size)
    try:
        handle, path = _written(
            directory, [content] if isinstance(content, bytes) else content.chunks()
        )
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise _no_room(error) from error
    return StagedFile(handle, path, name, size, content_type)


def _no_room(error: OSError) -> UploadRefused:
    """What is said when the disk is full; the log tells operators."""
    logger.error("An upload cannot be stored: %s", error.strerror)
    return UploadRefused(
        _(
            "There is no room left for this file on the server. Nothing was stored; please tell an administrator."
        ),
        code="no_room",
    )


def _directory(storage: Storage) -> str | None:
    # True of Django's default_storage as well, which stands for another object.
    return str(storage.location) if isinstance(storage, FileSystemStorage) else None


def _written(directory: str, pieces: Iterable[bytes]) -> tuple[IO[bytes], str]:
    """Everything on disk, at the start again. Leaves nothing behind when it fails."""
    os.makedirs(directory, exist_ok=True)
    descriptor, path = tempfile.mkstemp(prefix=PREFIX, dir=directory)
    handle = os.fdopen(descriptor, "w+b")
    try:
        for piece in pieces:
            handle.write(piece)
        handle.flush()
        handle.seek(0)
    except BaseException:
        with contextlib.suppress(OSError):
            handle.close()
        with contextlib.suppress(OSError):
            os.unlink(path)
        raise
    return handle, path


def _discarded(handle: IO[bytes], path: str) -> None:
    with contextlib.suppress(OSError):
        handle.close()
    # Not there any more once it was stored.
    with contextlib.suppress(OSError):
        os.unlink(path)


def path_of(storage: Storage, name: str) -> str | None:
    """Where a stored file is, if it is in a folder of this machine."""
    return None if _directory(storage) is None else storage.path(name)


def overwrite(path: str, data: bytes) -> None:
    """Whoever reads the file meanwhile sees the old one or the new one. Raises ``OSError``, leaving the old one."""
    handle, waiting = _written(os.path.dirname(path), [data])
    try:
        handle.close()
        os.chmod(waiting, os.stat(path).st_mode & 0o7777)
        os.replace(waiting, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(waiting)
        raise


def leftovers(storage: Storage, older_than: float) -> Iterator[str]:
    """Paths of files that waited in processes that were killed; ``older_than`` is a Unix time."""
    directory = _directory(storage)
    if directory is None or not os.path.isdir(directory):
        return
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.name.startswith(PREFIX) and entry.stat().st_mtime < older_than:
                yield entry.path
