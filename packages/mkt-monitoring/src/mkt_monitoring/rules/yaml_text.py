"""Plain data as YAML that people can read.

Prometheus and its kin read nothing else, and files of our own are no reason for a dependency. Every string is quoted,
so that no word is taken for a number or a truth value.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

NOTE = (
    "# Made by manage.py {command}. Change the settings and make it anew, rather than this file.\n"
)


def yaml_text(document: Mapping[str, Any], *, command: str) -> str:
    """The document with a line on top that says where it comes from."""
    return NOTE.format(command=command) + "\n".join(_lines(document, "")) + "\n"


def _lines(value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _entry(f"{indent}{_key(key)}:", item, indent + "  ")
    else:
        for item in value:
            lines = list(_lines(item, indent + "  ")) if _is_nested(item) else [_scalar(item)]
            yield f"{indent}- {lines[0].strip()}"
            yield from lines[1:]


def _entry(head: str, item: Any, indent: str) -> Iterator[str]:
    if not _is_nested(item):
        yield f"{head} {_scalar(item)}"
        return
    yield head
    yield from _lines(item, indent)


def _is_nested(value: Any) -> bool:
    # An empty list or dictionary has no lines of its own: it is written as JSON.
    nested = isinstance(value, (Mapping, Sequence)) and not isinstance(value, str)
    return nested and bool(value)


def _key(key: str) -> str:
    return key if key.replace("_", "").isalpha() else _scalar(key)


def _scalar(value: Any) -> str:
    # In single quotes, PromQL needs no backslashes; but only plain text may stand there.
    if isinstance(value, str) and '"' in value and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return json.dumps(value, ensure_ascii=False)
