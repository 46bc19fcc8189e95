"""One file in an archive: its content is what its name says, and no program."""

from __future__ import annotations

from typing import IO

from django.utils.translation import gettext_lazy as _

from ..errors import UploadRefused
from ..kinds import EXTENSIONS, HEAD_BYTES, kind_of
from ..names import extension_of, safe_name
from .budget import Budget

_STEP = 1 << 16
_PROGRAMS = frozenset(
    "apk app bat cmd com cpl dll dmg exe hta iso jar jse lnk msi msix pif ps1 scr sct vbe vbs wsf wsh".split()  # noqa: SIM905
)
_NATIVE = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"L\0\0\0\x01\x14\x02\0")
_MACROS = ("vbaproject.bin", "vbadata.xml")
# Archives that are not looked into: 7-Zip, RAR, xz, Zstandard, Cabinet.
_UNKNOWN_ARCHIVES = (
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\xfd7zXZ\0",
    b"\x28\xb5\x2f\xfd",
    b"MSCF\0",
)
_NESTED = frozenset(("zip", "gzip", "tar"))


def check(name: str, content: IO[bytes], budget: Budget, depth: int) -> None:
    """Read ``content`` to its end, archives in it included. Raises ``UploadRefused``."""
    head = content.read(HEAD_BYTES)
    budget.take_bytes(len(head))
    # As it will be called where it is unpacked: Windows leaves out dots and spaces at the end.
    extension = extension_of(safe_name(name))
    kind = kind_of(head)
    _check_type(name, extension, kind, head, budget)
    if kind in _NESTED:
        _check_nested(name, kind, head, content, budget, depth + 1)
    while piece := content.read(_STEP):
        budget.take_bytes(len(piece))


def _check_type(name: str, extension: str, kind: str, head: bytes, budget: Budget) -> None:
    if extension in budget.conf.UPLOAD_UNCHECKED_EXTENSIONS:
        return
    if not budget.conf.UPLOAD_ALLOW_MACROS and name.lower().endswith(_MACROS):
        raise UploadRefused(
            _("This document has macros. Save it without them and upload it again."), code="macros"
        )
    if extension in _PROGRAMS or head.startswith(_NATIVE):
        raise UploadRefused(_("This archive holds a program."), code="archive_program")
    if head.startswith(_UNKNOWN_ARCHIVES):
        raise UploadRefused(
            _("This archive is damaged, or packed in a way that cannot be looked into."),
            code="archive_nested",
        )
    expected = EXTENSIONS.get(extension, ("", ""))[0]
    if head and expected not in ("", "text", "svg", kind):
        raise UploadRefused(
            _("This archive holds a .%(extension)s file that is something else."),
            code="archive_wrong_type",
            params={"extension": extension},
        )


def _check_nested(
    name: str, kind: str, head: bytes, content: IO[bytes], budget: Budget, depth: int
) -> None:
    from .archives import check_gzip, check_tar, check_zip, spooled

    if depth > budget.conf.UPLOAD_ARCHIVE_MAX_DEPTH:
        raise UploadRefused(_("This archive holds archives in archives."), code="archive_nested")
    with spooled(head, content, budget) as (copy, size):
        if kind == "zip":
            check_zip(copy, size, budget, depth)
        elif kind == "gzip":
            check_gzip(copy, name, budget, depth)
        else:
            check_tar(copy, budget, depth)
