"""Where the guard stands: in Wagtail's two form fields, and in the file fields of its models.

The form fields are asked first, before they decode anything, so that refusals are shown beside them. The models' fields
see what comes in other ways (imports, ``image.file.save()``, uploads that wait for more of the form), and every
rendition. Nothing of it shows in migrations.
"""

from __future__ import annotations

import posixpath
import sys
from typing import Any

from django.apps import apps
from django.core.files import File
from django.db import models
from django.db.models.fields.files import FieldFile

from . import guard
from .kinds import EXTENSIONS
from .names import extension_of, safe_name

_MARK = "_mkt_guarded"


def install() -> None:
    """Doing it twice changes nothing. Only once all models are loaded."""
    if apps.is_installed("wagtail.images"):
        from wagtail.images.fields import WagtailImageField
        from wagtail.images.models import AbstractImage, AbstractRendition

        _guard_form_field(WagtailImageField, "image")
        _guard_models(AbstractImage, _GuardedImage)
        _guard_models(AbstractRendition, _GuardedRendition)
    if apps.is_installed("wagtail.documents"):
        from wagtail.documents.fields import WagtailDocumentField
        from wagtail.documents.models import AbstractDocument

        _guard_form_field(WagtailDocumentField, "document")
        _guard_models(AbstractDocument, _GuardedDocument)
    if apps.is_installed("wagtail"):
        from wagtail.models import UploadedFile

        _guard_models(UploadedFile, _GuardedUpload)


def _guard_form_field(field_class: Any, what: guard.What) -> None:
    original = field_class.to_python
    if hasattr(original, _MARK):
        return

    def to_python(self: Any, data: Any) -> Any:
        if isinstance(data, File) and guard.is_on("form") and _is_ours(what, data):
            data = guard.guarded(data, what, _storage(what))
        return original(self, data)

    setattr(to_python, _MARK, True)
    field_class.to_python = to_python


def _is_ours(what: guard.What, data: File[Any]) -> bool:
    """Extensions that the site does not allow are Wagtail's to refuse, which names those that it does."""
    if what == "document":
        return True
    from wagtail.images.utils import get_allowed_image_extensions

    allowed, name = get_allowed_image_extensions(), data.name or ""
    # Wagtail looks at the name as it came.
    return extension_of(name) in allowed or extension_of(safe_name(name)) in allowed


def _storage(what: guard.What) -> Any:
    if what == "image":
        from wagtail.images import get_image_model

        return get_image_model()._meta.get_field("file").storage
    from wagtail.documents import get_document_model

    return get_document_model()._meta.get_field("file").storage


def _guard_models(base: type[models.Model], mixin: type[Any]) -> None:
    for model in apps.get_models():
        if not issubclass(model, base):
            continue
        field: Any = model._meta.get_field("file")
        if not issubclass(field.attr_class, mixin):
            field.attr_class = _mixed(field.attr_class, mixin)


def _mixed(attr_class: type[Any], mixin: type[Any]) -> type[Any]:
    """A class that can be pickled: renditions are, into the cache."""
    name = (
        f"{mixin.__name__.lstrip('_')}_{attr_class.__module__}.{attr_class.__qualname__}".replace(
            ".", "_"
        )
    )
    module = sys.modules[__name__]
    found: type[Any] | None = getattr(module, name, None)
    if found is None:
        found = type(name, (mixin, attr_class), {"__module__": __name__})
        setattr(module, name, found)
    return found


class _GuardedImage(FieldFile):
    """The file of an image."""

    def save(self, name: str, content: File[Any], save: bool = True) -> None:
        if guard.is_on("save"):
            content, name = _guarded(self, name, content, "image")
        super().save(name, content, save)

    def get_image_dimensions(self) -> tuple[int, int]:
        """From the header: Wagtail's own decodes the whole image, at every assignment."""
        return _size(self) or super().get_image_dimensions()  # type: ignore[misc]


class _GuardedDocument(FieldFile):
    """The file of a document."""

    def save(self, name: str, content: File[Any], save: bool = True) -> None:
        if guard.is_on("save"):
            content, name = _guarded(self, name, content, "document")
        super().save(name, content, save)


class _GuardedUpload(FieldFile):
    """A file that waits for the rest of its form: it is stored as it came, so it is cleaned here, too."""

    def save(self, name: str, content: File[Any], save: bool = True) -> None:
        what = _what(self.instance)
        if what and guard.is_on("form"):
            content, name = _guarded(self, name, content, what)
        super().save(name, content, save)


class _GuardedRendition(FieldFile):
    """The file of a rendition: made of an image that may be older than this guard, with its metadata."""

    def save(self, name: str, content: File[Any], save: bool = True) -> None:
        from .renditions import stripped

        super().save(name, stripped(content, name), save)
        # Wagtail leaves it to the garbage collector to close its temporary file.
        content.close()

    def get_image_dimensions(self) -> tuple[int, int]:
        return _size(self) or super().get_image_dimensions()  # type: ignore[misc]


def _guarded(
    field_file: FieldFile, name: str, content: File[Any], what: guard.What
) -> tuple[File[Any], str]:
    """What is to be stored, and its name: in the folder that was asked for."""
    result = guard.guarded(_named(content, name), what, field_file.storage)
    return result, posixpath.join(posixpath.dirname(name), result.name or "file")


def _named(content: File[Any], name: str) -> File[Any]:
    """``content`` under the name that it is saved as, unless it was guarded before."""
    if not isinstance(content, (guard.StagedFile, guard.KeptFile)) and content.name != name:
        return File(content.file if isinstance(content, FieldFile) else content, name=name)
    return content


def _what(upload: Any) -> guard.What | None:
    """What it will be: the upload is kept for a model whose file is guarded."""
    model = upload.for_content_type.model_class() if upload.for_content_type_id else None
    if model is None:
        return None
    field = next((field for field in model._meta.fields if field.name == "file"), None)
    attr_class = getattr(field, "attr_class", object)
    if issubclass(attr_class, _GuardedImage):
        return "image"
    return "document" if issubclass(attr_class, _GuardedDocument) else None


def _size(file: Any) -> tuple[int, int] | None:
    """Width and height without decoding; None for what only Wagtail can measure."""
    from .images import pillow
    from .images.cleaning import measured

    kind = EXTENSIONS.get(extension_of(file.name or ""), ("", ""))[0]
    if kind not in pillow.MEASURED or not guard.is_on("form"):
        return None
    return measured(kind, file)
