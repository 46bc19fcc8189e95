"""The OpenAPI document of the API, for programs that are made before the site runs."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.urls import NoReverseMatch, reverse

from mkt_api.openapi.generator import document_of
from mkt_api.registry import registry


class Command(BaseCommand):
    """The same document as at ``openapi.json``, indented; ``--check`` ends with 1 if a file says something else."""

    help = "Write the OpenAPI document of the API, or compare a file with it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--namespace", default="mkt_api", help="under which the API's URLs are included"
        )
        action = parser.add_mutually_exclusive_group()
        action.add_argument(
            "--output", type=Path, metavar="FILE", help="write there, not on standard output"
        )
        action.add_argument(
            "--check", type=Path, metavar="FILE", help="fail if this file says something else"
        )

    def handle(self, *args: Any, namespace: str, **options: Any) -> None:
        try:
            base_path = reverse(f"{namespace}:index")
        except NoReverseMatch:
            raise CommandError(
                f"No URLs of the API are included under “{namespace}”; see --namespace."
            ) from None
        document = document_of(registry, base_path)
        if options["check"] is not None:
            self.check_file(options["check"], document)
            return
        text = json.dumps(document, ensure_ascii=False, indent=2)
        if options["output"] is None:
            self.stdout.write(text)
            return
        try:
            options["output"].write_text(f"{text}\n", encoding="utf-8")
        except OSError as error:
            raise CommandError(str(error)) from error

    def check_file(self, path: Path, document: dict[str, Any]) -> None:
        """How the file is indented does not matter."""
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(f"{path} cannot be read: {error}") from error
        if found == document:
            return
        parts = ", ".join(_differences(found, document))
        raise CommandError(
            f"{path} is not what the API is now ({parts}). "
            f"Write it again: manage.py mkt_api_schema --output {path}"
        )


# More are not told.
_MAX_DIFFERENCES = 10


def _differences(found: Any, document: dict[str, Any]) -> list[str]:
    """Which addresses, components and other parts differ."""
    if not isinstance(found, dict):
        return ["no document"]
    parts: list[str] = []
    for key in _unequal(found, document):
        old, new = found.get(key), document.get(key)
        if key in ("paths", "components") and isinstance(old, dict) and isinstance(new, dict):
            parts += [name if key == "paths" else f"{key}/{name}" for name in _unequal(old, new)]
        else:
            parts.append(key)
    more = ["…"] if len(parts) > _MAX_DIFFERENCES else []
    return parts[:_MAX_DIFFERENCES] + more


def _unequal(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
