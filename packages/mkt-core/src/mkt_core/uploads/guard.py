"""What every uploaded file goes through, whichever way it came."""

from __future__ import annotations

import logging
from io import BytesIO
from typing import IO, Any, Literal

from django.core.files import File
from django.core.files.storage import Storage
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from .._settings.uploads import UploadSettings
from ..conf import core_settings
from ..signals import upload_cleaned, upload_refused
from . import scanner
from .errors import UploadRefused
from .images import cleaning
from .kinds import EXTENSIONS, HEAD_BYTES, IMAGE_EXTENSIONS, kind_of, looks_executable
from .names import extension_of, safe_name
from .staging import KeptFile, StagedFile, staged

logger = logging.getLogger(__name__)

What = Literal["image", "document"]


def is_on(way: Literal["form", "save"]) -> bool:
    """Whether files that come this way are looked at."""
    return core_settings.current.UPLOADS in (("all", "forms") if way == "form" else ("all",))


def guarded(file: File[Any], what: What, storage: Storage) -> UploadedFile:
    """``file`` as it may be stored in ``storage``. A file that went through here before is given back as it is.

    Sends ``upload_cleaned`` if it is not as it came. Issues no query.

    Raises:
        UploadRefused: it is not let in; nothing is left of it. Sends ``upload_refused``.
    """
    if isinstance(file, (StagedFile, KeptFile)):
        return file
    conf = core_settings.current
    name = safe_name(file.name or "", conf.UPLOAD_NAME_MAX_BYTES)
    size = file.size
    try:
        content = _checked(file, name, what, conf)
        result = staged(content, name, getattr(file, "content_type", None), storage)
    except UploadRefused as error:
        _tell_refused(what, name, size, error)
        raise
    if content is not file or name != file.name:
        _tell_cleaned(what, name, size, result.size or 0)
    return result


def _checked(file: File[Any], name: str, what: What, conf: UploadSettings) -> bytes | File[Any]:
    """The content to be stored: other bytes, or ``file`` itself if it is fine as it is."""
    extension = extension_of(name)
    _check_size(
        file, EXTENSIONS.get(extension, ("", ""))[1] in ("image", "svg") or what == "image", conf
    )
    _check_extension(extension, what, conf)
    file.open()
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    if extension not in EXTENSIONS:
        _check_unknown(head)
        content: bytes | File[Any] = file
    else:
        kind, family = EXTENSIONS[extension]
        _check_kind(kind, head, extension)
        content = _cleaned(file, kind, family, extension, conf)
    _scan(content)
    return content


def _cleaned(
    file: File[Any], kind: str, family: str, extension: str, conf: UploadSettings
) -> bytes | File[Any]:
    if family in ("image", "svg"):
        data = file.read()
        result = _clean_picture(data, kind, family, conf)
        return file if result == data else result
    _check_document(file, kind, family, extension, conf)
    return file


def _clean_picture(data: bytes, kind: str, family: str, conf: UploadSettings) -> bytes:
    if family == "svg":
        from . import svg

        return svg.cleaned(data)
    return cleaning.cleaned(kind, data, conf)


def _check_document(
    file: File[Any], kind: str, family: str, extension: str, conf: UploadSettings
) -> None:
    from .documents import archives, office, pdf, text
    from .documents.budget import Budget

    size = file.size
    stream: IO[bytes] = file
    if family == "pdf":
        pdf.check(stream, size, conf)
    elif family == "text":
        text.check(stream, extension)
    elif family == "office":
        office.check(stream, size, extension, conf)
    elif family == "zip":
        archives.check_zip(stream, size, Budget(size, conf))
    elif family == "tar":
        archives.check_tar(stream, Budget(size, conf))
    elif family == "gzip":
        archives.check_gzip(stream, file.name or "", Budget(size, conf))
    elif kind in ("ole", "rtf"):
        office.check_ole(stream, conf)


def _check_size(file: File[Any], is_image: bool, conf: UploadSettings) -> None:
    largest = conf.UPLOAD_IMAGE_MAX_BYTES if is_image else conf.UPLOAD_DOCUMENT_MAX_BYTES
    if not file.size:
        raise UploadRefused(_("This file is empty."), code="empty")
    if file.size > largest:
        raise UploadRefused(
            _("This file is too large (%(size)s). At most %(max)s are allowed."),
            code="too_large",
            params={"size": filesizeformat(file.size), "max": filesizeformat(largest)},
        )


def _check_extension(extension: str, what: What, conf: UploadSettings) -> None:
    known = (
        IMAGE_EXTENSIONS if what == "image" else {*EXTENSIONS, *conf.UPLOAD_UNCHECKED_EXTENSIONS}
    )
    if extension not in known:
        raise UploadRefused(
            _("Files of this kind (.%(extension)s) are not accepted."),
            code="extension",
            params={"extension": extension},
        )


def _check_kind(kind: str, head: bytes, extension: str) -> None:
    found = kind_of(head)
    if kind == "svg":
        # The XML reader says whether it is one; here only that it is nothing else.
        fits = found == ""
    elif kind == "text":
        fits = True
    else:
        fits = found == kind
    if not fits:
        raise UploadRefused(
            _("This is no .%(extension)s file: its content is something else than its name says."),
            code="wrong_type",
            params={"extension": extension},
        )


def _check_unknown(head: bytes) -> None:
    if looks_executable(head):
        raise UploadRefused(_("This file is a program or a web page."), code="executable")


def _scan(content: bytes | File[Any]) -> None:
    found = scanner.current()
    if found is None:
        return
    stream: Any = BytesIO(content) if isinstance(content, bytes) else content
    size = len(content) if isinstance(content, bytes) else content.size
    try:
        virus = found.scan(stream, size)
    except scanner.ScanFailed as error:
        logger.error("An upload was not scanned for viruses: %s", error)
        if found.accepts_on_failure:
            return
        raise UploadRefused(
            _(
                "This file cannot be scanned for viruses now, so it is not accepted. Try again later."
            ),
            code="not_scanned",
        ) from error
    if virus:
        raise UploadRefused(
            _("The virus scanner refuses this file (%(virus)s)."),
            code="virus",
            params={"virus": virus},
        )


def _tell_refused(what: What, name: str, size: int, error: UploadRefused) -> None:
    logger.warning(
        "Upload refused: %s",
        error.code,
        extra={"upload": what, "extension": extension_of(name), "size_bytes": size},
    )
    upload_refused.send_robust(
        sender=guarded, what=what, name=name, size_bytes=size, code=error.code
    )


def _tell_cleaned(what: What, name: str, before: int, after: int) -> None:
    logger.info(
        "Upload cleaned",
        extra={"upload": what, "extension": extension_of(name), "size_bytes": after},
    )
    upload_cleaned.send_robust(
        sender=guarded, what=what, name=name, size_bytes=after, removed_bytes=before - after
    )
