"""Files that were stored before: which of them tell more than a picture, and taking that out of them.

Images, their renditions, and documents that are pictures. One file at a time is in memory.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.apps import apps
from django.db import models

from ..conf import core_settings
from . import guard, staging, svg
from .errors import Malformed, UploadRefused
from .images import cleaning
from .images.payloads import has_payload
from .kinds import EXTENSIONS, HEAD_BYTES, kind_of
from .names import extension_of

#: Files that wait longer than this belong to no process any more.
_LEFT_AFTER_SECONDS = 86_400
_BATCH = 200
# Nothing is taken out of these without encoding them anew, which is done to uploads only.
_PIXELS_ONLY = frozenset(("bmp", "tiff", "ico"))


@dataclass(frozen=True, slots=True)
class Finding:
    """One stored file. ``state``: "clean", "unclean", "cleaned", "refused" (look at it), "missing" or "other"."""

    label: str
    pk: Any
    name: str
    state: str
    reason: str = ""


def files(*, renditions: bool = True) -> Iterator[tuple[type[models.Model], Any]]:
    """Model and rows, a batch at a time in the order of their keys: one query for each batch."""
    for model in _models(renditions=renditions):
        last: Any = None
        while True:
            rows = model._default_manager.order_by("pk")
            batch = list((rows if last is None else rows.filter(pk__gt=last))[:_BATCH])
            if not batch:
                break
            for row in batch:
                yield model, row
            last = batch[-1].pk


def examined(row: Any, *, clean: bool) -> Finding:
    """What is found in the file of ``row``; with ``clean`` it is replaced. One query if it is, else none."""
    label, name = row._meta.label, row.file.name or ""
    family = EXTENSIONS.get(extension_of(name), ("", ""))[1]
    if family not in ("image", "svg"):
        return Finding(label, row.pk, name, "other")
    try:
        with row.file.storage.open(name, "rb") as file:
            before = file.read()
    except (FileNotFoundError, ValueError):
        return Finding(label, row.pk, name, "missing")
    kind = "svg" if family == "svg" else kind_of(before[:HEAD_BYTES])
    if kind in _PIXELS_ONLY:
        return Finding(label, row.pk, name, "other")
    try:
        after = _cleaned(before, kind)
    except (Malformed, UploadRefused) as error:
        return Finding(label, row.pk, name, "refused", getattr(error, "code", str(error)))
    if after == before:
        return Finding(label, row.pk, name, "clean")
    if clean:
        _replace(row, after)
    return Finding(label, row.pk, name, "cleaned" if clean else "unclean")


def remove_leftovers() -> int:
    """Remove what killed processes left waiting; how many files that were."""
    removed = 0
    storages = {
        str(getattr(storage, "location", "")): storage
        for model in _models(renditions=False)
        if (storage := model._meta.get_field("file").storage)  # type: ignore[union-attr]
    }
    for storage in storages.values():
        for path in staging.leftovers(storage, time.time() - _LEFT_AFTER_SECONDS):
            with contextlib.suppress(OSError):
                os.unlink(path)
                removed += 1
    return removed


def _models(*, renditions: bool) -> Iterator[type[models.Model]]:
    bases: list[type[models.Model]] = []
    if apps.is_installed("wagtail.images"):
        from wagtail.images.models import AbstractImage, AbstractRendition

        bases += [AbstractImage, AbstractRendition] if renditions else [AbstractImage]
    if apps.is_installed("wagtail.documents"):
        from wagtail.documents.models import AbstractDocument

        bases.append(AbstractDocument)
    for base in bases:
        yield from (model for model in apps.get_models() if issubclass(model, base))


def _cleaned(data: bytes, kind: str) -> bytes:
    """Limits do not count here: what is there was once let in, and pages show it."""
    if kind == "svg":
        return svg.cleaned(data)
    if kind not in cleaning.LOSSLESS:
        raise Malformed("no picture")
    conf = core_settings.current
    result = cleaning.stripped(kind, data, conf)
    return cleaning.reencoded(kind, result, conf) if has_payload(result) else result


def _replace(row: Any, data: bytes) -> None:
    """In a folder under the same name, in one step; elsewhere under a new one, and the old one goes last."""
    name, storage = row.file.name, row.file.storage
    path = staging.path_of(storage, name)
    if path is not None:
        staging.overwrite(path, data)
    else:
        staged = guard.KeptFile(BytesIO(data), os.path.basename(name), None, len(data))
        row.file.save(os.path.basename(name), staged, save=False)
    fields = ["file"]
    if hasattr(row, "_set_file_hash"):
        row.file_size = len(data)
        row._set_file_hash()
        fields += ["file_size", "file_hash"]
    row.save(update_fields=fields)
    if hasattr(row, "purge_from_cache"):
        row.purge_from_cache()
    if path is None and row.file.name != name:
        storage.delete(name)
