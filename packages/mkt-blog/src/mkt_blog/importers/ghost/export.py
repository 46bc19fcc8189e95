"""What an export of Ghost holds, with nothing taken for granted: any value may be of any type."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from ..wordpress.errors import ExportError
from ..wordpress.items import AuthorDefinition, TermDefinition
from ..wordpress.names import author_key, plain

Row = dict[str, Any]

BIO_MAX_LENGTH = 5_000
URL_MAX_LENGTH = 200


@dataclass(slots=True)
class GhostExport:
    """The tables of an export. ``authors`` and ``categories`` are what ``Terms`` asks for; Ghost has no categories."""

    posts: list[Row]
    # Number of rows by their type: "page".
    others: dict[str, int]
    tags: dict[str, Row]
    users: dict[str, Row]
    tags_of: dict[str, list[str]]
    users_of: dict[str, list[str]]
    meta_of: dict[str, Row]
    authors: dict[str, AuthorDefinition] = field(default_factory=dict)
    categories: dict[str, TermDefinition] = field(default_factory=dict)

    def post_tags(self, post: Row) -> Iterator[Row]:
        """In the editor's order."""
        keys = self.tags_of.get(key_of(post), [])
        return (self.tags[key] for key in keys if key in self.tags)

    def post_users(self, post: Row) -> Iterator[Row]:
        """In the editor's order; before Ghost 2 a post had one author."""
        keys = self.users_of.get(key_of(post)) or [text(post, "author_id")]
        return (self.users[key] for key in keys if key in self.users)


def read_export(path: Path) -> GhostExport:
    """Read the file, as a whole.

    Raises:
        ExportError: it is not there, is no JSON, or is no export of Ghost.
    """
    data = _data(_load(path), path)
    posts = _rows(data, "posts")
    others: dict[str, int] = {}
    for row in posts:
        if (kind := _type(row)) != "post":
            others[kind] = others.get(kind, 0) + 1
    export = GhostExport(
        posts=[row for row in posts if _type(row) == "post"],
        others=others,
        tags=_by_key(_rows(data, "tags")),
        users=_by_key(_rows(data, "users")),
        tags_of=_links(_rows(data, "posts_tags"), "tag_id"),
        users_of=_links(_rows(data, "posts_authors"), "author_id"),
        meta_of={text(row, "post_id"): row for row in _rows(data, "posts_meta")},
    )
    for user in export.users.values():
        definition = _author(user)
        export.authors[author_key(definition.login)] = definition
    return export


def text(row: Row, name: str) -> str:
    """A value as text; "" where there is none, or something that is no text."""
    value = row.get(name)
    if isinstance(value, bool):
        return ""
    return str(value).strip() if isinstance(value, (str, int)) else ""


def key_of(row: Row) -> str:
    return text(row, "id")


def login_of(user: Row) -> str:
    """What authors of posts are recognised by."""
    return text(user, "slug") or text(user, "name") or key_of(user)


def label_of(post: Row) -> str:
    """How a report names a post."""
    return plain(text(post, "title"))[:100] or text(post, "slug")[:100] or key_of(post) or "?"


def _load(path: Path) -> Any:
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise ExportError(_("There is no file %s.") % path) from error
    except IsADirectoryError as error:
        raise ExportError(_("%s is a folder, not an export file.") % path) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ExportError(
            _("The file %(path)s cannot be read: %(reason)s.") % {"path": path, "reason": reason}
        ) from error
    if not content.strip():
        raise ExportError(_("The file %s is empty.") % path)
    try:
        # Half of a surrogate pair is a valid escape in JSON, and no text for a database.
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_clean_pairs)
    except (ValueError, RecursionError) as error:
        raise ExportError(
            _("%s is not a JSON file, or it breaks off. Ghost makes one under Settings → Export.")
            % path
        ) from error


def _clean_pairs(pairs: list[tuple[str, Any]]) -> Row:
    return {name: _clean(value) if isinstance(value, str) else value for name, value in pairs}


def _clean(value: str) -> str:
    return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def _data(content: Any, path: Path) -> Row:
    """The tables, wherever this version of Ghost has put them."""
    database = content.get("db", content) if isinstance(content, dict) else None
    first = _first(database if isinstance(database, list) else [database])
    data = first.get("data", first)
    if not isinstance(data, dict) or not isinstance(data.get("posts"), list):
        raise ExportError(_("%s is not an export of Ghost: it has no table of posts.") % path)
    return data


def _first(rows: list[Any]) -> Row:
    return rows[0] if rows and isinstance(rows[0], dict) else {}


def _rows(data: Row, table: str) -> list[Row]:
    rows = data.get(table)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _type(row: Row) -> str:
    if row.get("type"):
        return text(row, "type")[:40]
    # Before Ghost 3.
    return "page" if row.get("page") in (1, True, "1") else "post"


def _by_key(rows: list[Row]) -> dict[str, Row]:
    return {key_of(row): row for row in rows if key_of(row)}


def _links(rows: list[Row], name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in sorted(rows, key=_position):
        found[text(row, "post_id")].append(text(row, name))
    return found


def _position(row: Row) -> int:
    position = row.get("sort_order")
    return position if isinstance(position, int) else 0


def _author(user: Row) -> AuthorDefinition:
    # Here, because an export is read before there are models.
    from mkt_core.seo.models import is_address

    website = text(user, "website")
    usable = website.startswith(("http://", "https://")) and is_address(website)
    return AuthorDefinition(
        login_of(user),
        text(user, "name"),
        bio=plain(text(user, "bio"))[:BIO_MAX_LENGTH],
        url=website if usable and len(website) <= URL_MAX_LENGTH else "",
    )
