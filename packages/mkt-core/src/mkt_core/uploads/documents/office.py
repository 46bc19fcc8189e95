"""Office documents and e-books, which are ZIP archives with a fixed layout."""

from __future__ import annotations

import re
import zipfile
from typing import IO
from urllib.parse import unquote

from django.utils.translation import gettext_lazy as _

from ..._settings.uploads import UploadSettings
from ..errors import UploadRefused
from . import parts
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
# Of Keynote, Pages and Numbers, the newest first; one of these parts is in each of their files.
_IWORK = frozenset(("key", "pages", "numbers"))
_IWORK_PARTS = frozenset(
    ("Index/Document.iwa", "Index.zip", "index.apxl", "index.apxl.gz", "index.xml", "index.xml.gz")
)
_TYPES_PART = "[Content_Types].xml"
# Ends of the types of relationships: parts with macros, and what is loaded when the document is opened.
_MACRO_PARTS = frozenset(("vbaproject", "xlmacrosheet", "xlintlmacrosheet"))
_LOADED = frozenset(("attachedtemplate", "oleobject", "frame"))


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
            if name.lower().endswith((".xml", ".rels")) and parts.has_entities(archive, name):
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
        return "mimetype" in names and parts.start(archive, "mimetype").strip() == media_type
    if extension in _IWORK:
        return not _IWORK_PARTS.isdisjoint(names)
    folder = _FOLDERS[extension]
    return _TYPES_PART in names and any(name.startswith(folder) for name in names)


def _has_macros(archive: zipfile.ZipFile, names: list[str]) -> bool:
    for name in names:
        lowered = name.lower()
        if lowered.startswith(("basic/", "scripts/", "xl/macrosheets/")):
            return True
        if lowered == _TYPES_PART.lower() and any(
            "macroenabled" in attributes.get("ContentType", "").lower()
            for attributes in parts.elements(archive, name)
        ):
            return True
        if lowered.endswith(".rels") and any(
            _brings_macros(attributes) for attributes in parts.elements(archive, name)
        ):
            return True
    return False


def _brings_macros(relationship: dict[str, str]) -> bool:
    kind = relationship.get("Type", "").rpartition("/")[2].lower()
    if kind in _MACRO_PARTS:
        return True
    # A template somewhere else brings its macros with it, and an object whatever it likes.
    external = relationship.get("TargetMode", "").lower() == "external"
    return external and kind in _LOADED and not _is_local(relationship.get("Target", ""))


def _is_local(target: str) -> bool:
    """Whether it is on the reader's own disk: no other server and no other protocol is asked."""
    path = unquote(target).strip().lower().removeprefix("file:///")
    return bool(re.match(r"([a-z]:)?[\\/]?[^\\/:][^:]*$", path))
