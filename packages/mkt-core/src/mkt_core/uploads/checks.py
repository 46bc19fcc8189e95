"""System checks of uploads; they open no file and connect to nobody."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from ..checks import impossible_numbers
from ..conf import CoreSettings, core_settings
from . import scanner, svg
from .kinds import EXTENSIONS, IMAGE_EXTENSIONS

_POSITIVE = (
    "UPLOAD_IMAGE_MAX_BYTES",
    "UPLOAD_DOCUMENT_MAX_BYTES",
    "UPLOAD_MAX_PIXELS",
    "UPLOAD_MAX_FRAMES",
    "UPLOAD_MAX_ANIMATION_PIXELS",
    "UPLOAD_ARCHIVE_MAX_ENTRIES",
    "UPLOAD_ARCHIVE_MAX_BYTES",
)
_NOT_NEGATIVE = ("UPLOAD_ARCHIVE_MAX_DEPTH",)
# Types that a browser runs when they are shown from the site's own address.
_RUN_INLINE = frozenset(
    ("text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml")
)
_FORM_BASES = (
    ("WAGTAILIMAGES_IMAGE_FORM_BASE", "wagtail.images.fields", "WagtailImageField"),
    ("WAGTAILDOCS_DOCUMENT_FORM_BASE", "wagtail.documents.fields", "WagtailDocumentField"),
)


def check_uploads(**kwargs: Any) -> list[CheckMessage]:
    """``mkt_core.E070`` to ``E073``: it cannot be used. ``W074`` to ``W079``: something is less than it seems."""
    if core_settings.problems() or core_settings.current.UPLOADS == "none":
        return []
    conf = core_settings.current
    return [
        *impossible_numbers(conf, _POSITIVE, _NOT_NEGATIVE, check_id="mkt_core.E070"),
        *_too_tight(conf),
        *_scanner(conf),
        *_unknown_extensions(conf),
        *_svg(),
        *_larger_limits(conf),
        *_inline(),
        *_form_bases(),
    ]


def _too_tight(conf: CoreSettings) -> Iterator[CheckMessage]:
    """Numbers that refuse every file, or names that say nothing."""
    for name, least in (
        ("UPLOAD_MAX_RATIO", 1),
        ("UPLOAD_ARCHIVE_MAX_RATIO", 1),
        ("UPLOAD_NAME_MAX_BYTES", 16),
    ):
        if not getattr(conf, name) >= least:
            yield Error(
                f"MKT_CORE['{name}'] is {getattr(conf, name)}; at least {least} makes sense.",
                hint="Remove the key to use its default.",
                id="mkt_core.E071",
            )


def _scanner(conf: CoreSettings) -> Iterator[CheckMessage]:
    if not conf.UPLOAD_SCANNER:
        return
    try:
        scanner.made(conf.UPLOAD_SCANNER)
    except Exception as error:  # noqa: BLE001
        # A site's own class may raise what it likes.
        why = str(error) if isinstance(error, ImproperlyConfigured) else type(error).__name__
        yield Error(
            f"MKT_CORE['UPLOAD_SCANNER'] cannot be used: {why}.",
            hint=(
                "Write {'BACKEND': 'mkt_core.uploads.scanner.ClamdScanner', 'ADDRESS': 'tcp://127.0.0.1:3310'}, "
                "or remove the key."
            ),
            id="mkt_core.E072",
        )


def _unknown_extensions(conf: CoreSettings) -> Iterator[CheckMessage]:
    documents = {
        str(one).lower() for one in getattr(settings, "WAGTAILDOCS_EXTENSIONS", None) or ()
    }
    images = {str(one).lower() for one in getattr(settings, "WAGTAILIMAGES_EXTENSIONS", None) or ()}
    unknown = sorted(documents - EXTENSIONS.keys() - set(conf.UPLOAD_UNCHECKED_EXTENSIONS))
    if unknown:
        # A site that gets these checks with the package has to start all the same.
        yield CheckWarning(
            f"WAGTAILDOCS_EXTENSIONS has extensions whose files are refused: {', '.join(unknown)}.",
            hint="Add them to MKT_CORE['UPLOAD_UNCHECKED_EXTENSIONS'] if their content need not be known.",
            id="mkt_core.W079",
        )
    if foreign := sorted(images - IMAGE_EXTENSIONS):
        yield CheckWarning(
            f"WAGTAILIMAGES_EXTENSIONS has extensions whose files are refused: {', '.join(foreign)}.",
            hint=f"Images may be: {', '.join(sorted(IMAGE_EXTENSIONS))}.",
            id="mkt_core.W079",
        )
    dotted = sorted(
        one for one in conf.UPLOAD_UNCHECKED_EXTENSIONS if one.startswith(".") or one != one.lower()
    )
    if dotted:
        yield Error(
            f"MKT_CORE['UPLOAD_UNCHECKED_EXTENSIONS'] has entries that fit no file: {', '.join(dotted)}.",
            hint="Write them in lower case and without a dot: 'dwg'.",
            id="mkt_core.E073",
        )


def _svg() -> Iterator[CheckMessage]:
    given = [
        name
        for name in ("WAGTAILIMAGES_EXTENSIONS", "WAGTAILDOCS_EXTENSIONS")
        if "svg" in (getattr(settings, name, None) or ())
    ]
    if given and not svg.is_available():
        yield CheckWarning(
            f"{' and '.join(given)} allow SVG, but SVG files are refused: nothing is installed that cleans them.",
            hint="pip install 'mkt-core[svg]', or take 'svg' out of the list.",
            id="mkt_core.W074",
        )


def _larger_limits(conf: CoreSettings) -> Iterator[CheckMessage]:
    """Only limits that the site has set: Wagtail's defaults are nobody's promise."""
    for name, ours in (
        ("WAGTAILIMAGES_MAX_UPLOAD_SIZE", "UPLOAD_IMAGE_MAX_BYTES"),
        ("WAGTAILIMAGES_MAX_IMAGE_PIXELS", "UPLOAD_MAX_PIXELS"),
        ("WAGTAILDOCS_MAX_UPLOAD_SIZE", "UPLOAD_DOCUMENT_MAX_BYTES"),
    ):
        value = getattr(settings, name, 0)
        if isinstance(value, int) and value > getattr(conf, ours):
            yield CheckWarning(
                f"{name} is {value}, but files above MKT_CORE['{ours}'] ({getattr(conf, ours)}) are refused.",
                hint="Give both the same number: forms show Wagtail's.",
                id="mkt_core.W075",
            )


def _inline() -> Iterator[CheckMessage]:
    shown = set(getattr(settings, "WAGTAILDOCS_INLINE_CONTENT_TYPES", ())) & _RUN_INLINE
    if shown:
        yield CheckWarning(
            f"WAGTAILDOCS_INLINE_CONTENT_TYPES has types that browsers run: {', '.join(sorted(shown))}.",
            hint="Leave them out, so that these documents are downloaded.",
            id="mkt_core.W076",
        )
    if not getattr(settings, "WAGTAILDOCS_BLOCK_EMBEDDED_CONTENT", True):
        yield CheckWarning(
            "WAGTAILDOCS_BLOCK_EMBEDDED_CONTENT is off: documents are served without a policy that keeps scripts in "
            "them from running.",
            hint="Remove the setting.",
            id="mkt_core.W077",
        )


def _form_bases() -> Iterator[CheckMessage]:
    """A form with a file field of its own is guarded only when it saves, where a refusal is an error page."""
    for name, module, field_name in _FORM_BASES:
        path = getattr(settings, name, "")
        if not path or not apps.is_installed(module.rpartition(".")[0]):
            continue
        try:
            declared = import_string(path).declared_fields.get("file")
            guarded = import_string(f"{module}.{field_name}")
        except Exception:  # noqa: BLE001, S112
            # Wagtail says so itself, at the first form.
            continue
        if declared is not None and not isinstance(declared, guarded):
            yield CheckWarning(
                f"{name} declares a field 'file' that is no {field_name}: files that are refused there are an error "
                "page instead of a message.",
                hint=f"Make {inspect.getmodule(type(declared)).__name__}.{type(declared).__name__} "  # type: ignore[union-attr]
                f"a subclass of {module}.{field_name}.",
                id="mkt_core.W078",
            )
