"""Office documents and e-books, which are ZIP archives with a fixed layout."""

from __future__ import annotations

import zipfile
from typing import IO

from django.utils.translation import gettext_lazy as _

from ..._settings.uploads import UploadSettings
from ..errors import UploadRefused
from .archives import check_zip
from .budget import Budget

_FOLDERS = {
    "docx": "word/",
    "docm": "word/",
    "xlsx": "xl/",
    "xlsm": "xl/",
    "pptx": "ppt/",
    "pptm": "ppt/",
}
_MEDIA_TYPES = {
    "odt": b"application/vnd.oasis.opendocument.text",
    "ods": b"application/vnd.oasis.opendocument.spreadsheet",
    "odp": b"application/vnd.oasis.opendocument.presentation",
    "epub": b"application/epub+zip",
}
_TYPES_PART = "[Content_Types].xml"
_TEMPLATE_PART = "word/_rels/settings.xml.rels"
_MAX_PART_BYTES = 1 << 20


def check(file: IO[bytes], size: int, extension: str, conf: UploadSettings) -> None:
    """Raises ``UploadRefused``."""
    names = check_zip(file, size, Budget(size, conf))
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        if not _is(extension, archive, names):
            raise UploadRefused(
                _("This is no .%(extension)s file."),
                code="wrong_type",
                params={"extension": extension},
            )
        for name in names:
            if name.endswith((".xml", ".rels")) and b"<!ENTITY" in _start(archive, name):
                raise UploadRefused(
                    _("This document defines entities, which no office program writes."),
                    code="xml_entities",
                )
        if not conf.UPLOAD_ALLOW_MACROS and _has_macros(archive, names):
            raise UploadRefused(
                _("This document has macros. Save it without them and upload it again."),
                code="macros",
            )


def check_ole(file: IO[bytes], conf: UploadSettings) -> None:
    """The formats before 2007, and RTF: only macros and embedded objects are looked for."""
    if conf.UPLOAD_ALLOW_MACROS:
        return
    marks = ("_VBA_PROJECT".encode("utf-16-le"), b"\\objdata", b"\\objupdate")
    file.seek(0)
    rest = b""
    while piece := file.read(1 << 16):
        if any(mark in rest + piece for mark in marks):
            raise UploadRefused(
                _("This document has macros. Save it without them and upload it again."),
                code="macros",
            )
        rest = piece[-32:]


def _is(extension: str, archive: zipfile.ZipFile, names: list[str]) -> bool:
    if media_type := _MEDIA_TYPES.get(extension):
        return "mimetype" in names and _start(archive, "mimetype").strip() == media_type
    folder = _FOLDERS[extension]
    return _TYPES_PART in names and any(name.startswith(folder) for name in names)


def _has_macros(archive: zipfile.ZipFile, names: list[str]) -> bool:
    for name in names:
        if name.lower().startswith(("basic/", "scripts/", "xl/macrosheets/")):
            return True
    if _TYPES_PART in names and b"macroenabled" in _start(archive, _TYPES_PART).lower():
        return True
    # A template somewhere else brings its macros with it.
    template = _start(archive, _TEMPLATE_PART) if _TEMPLATE_PART in names else b""
    return b"attachedTemplate" in template and b'"External"' in template


def _start(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(_MAX_PART_BYTES)
