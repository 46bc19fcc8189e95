"""From what a write changes to the tags that are bumped at the commit."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

from django.db import transaction
from wagtail.models import Locale, Site

from ...compat import get_page_model
from ..collector import EPOCH_TAG, SITES_TAG
from .images import Image, images_of, keys_like, keys_of, row_tag, scopes_of
from .queue import enqueue
from .schema import SHADOW_TABLES, Table, ignored_tables, key_kind, table_of, tables
from .statements import Insert, Modify, UncertainWrite

logger = logging.getLogger(__name__)

Run = Callable[[], Any]
_PAGE_URL_COLUMNS = frozenset({"path", "depth", "slug", "url_path", "locale_id"})


class CannotLook(Exception):
    """The rows could not be looked at; the write counts as one of unknown rows."""


def run_insert(connection: Any, run: Run, insert: Insert, params: Any, *, many: bool) -> Any:
    """Run an INSERT and queue what it changes."""
    if insert.table in ignored_tables():
        return run()
    result = run()
    table = table_of(insert.table)
    if table is None:
        _enqueue_unknown(connection, insert.table)
    elif not table.rendition_of:  # Made while rendering, of an image that is noted itself.
        images = None if many else _rows_after(connection, table, insert, params)
        if images is None:
            _enqueue_unknown(connection, table.name)
        else:
            enqueue(connection, _come_or_gone(table, images))
    return result


def run_modify(connection: Any, run: Run, change: Modify, params: Any, *, many: bool) -> Any:
    """Run an UPDATE or DELETE and queue what it changes."""
    if change.table in ignored_tables():
        return run()
    table = table_of(change.table)
    if table is None or many or not (params is None or isinstance(params, (list, tuple))):
        result = run()
        _enqueue_unknown(connection, change.table, change.columns)
        return result
    with _as_one_transaction(connection):
        version = _data_version(connection)
        before = _look_before(connection, table, change, params)
        result = run()
        if before is None or table.key in change.columns or version != _data_version(connection):
            _enqueue_unknown(connection, table.name, change.columns)
        elif change.is_delete:
            enqueue(connection, _come_or_gone(table, before))
        else:
            _enqueue_differences(connection, table, change, before)
    return result


def enqueue_uncertain(connection: Any, write: UncertainWrite) -> None:
    """Queue the bumps of a write that was not understood."""
    known = {SHADOW_TABLES.get(name, name) for name in write.names} & tables().keys()
    names = known | write.tables
    if not names:
        enqueue(connection, [EPOCH_TAG])
    for name in names - ignored_tables():
        _enqueue_unknown(connection, name)


def enqueue_everything(connection: Any) -> None:
    """Queue the end of everything that is cached."""
    enqueue(connection, [EPOCH_TAG])


def _look_before(
    connection: Any, table: Table, change: Modify, params: Any
) -> dict[Any, Image] | None:
    try:
        with _unharmed(connection):
            keys = keys_of(connection, table, change, params)
            return None if keys is None else images_of(connection, table, keys, change.columns)
    except CannotLook:
        return None


def _enqueue_differences(
    connection: Any, table: Table, change: Modify, before: dict[Any, Image]
) -> None:
    try:
        with _unharmed(connection):
            after = images_of(connection, table, list(before), change.columns)
            tags = set(_differences(table, before, after, change.columns))
            if _moves_sites(connection, table, before, after):
                tags.add(SITES_TAG)
    except CannotLook:
        _enqueue_unknown(connection, table.name, change.columns)
    else:
        enqueue(connection, tags)


def _differences(
    table: Table, before: dict[Any, Image], after: dict[Any, Image], columns: Sequence[str]
) -> Iterator[str]:
    for key, old in before.items():
        new = after.get(key, {})
        changed = [
            column
            for column in columns
            if old.get((table.name, column)) != new.get((table.name, column))
        ]
        if not changed:
            continue
        yield from _about_row(table, key, old, is_visible=_is_visible(table, changed, old, new))
        scopes = {*scopes_of(table, old), *scopes_of(table, new)}
        for column in changed:
            yield f"col:{table.name}.{column}"
            yield from (f"col:{table.name}.{column}|{scope}" for scope in scopes)


def _is_visible(table: Table, changed: list[str], old: Image, new: Image) -> bool:
    """Whether anything but drafts changed. Of the number of children pages show only whether there are any."""
    return any(
        column not in table.invisible
        and not (
            table.step
            and column == "numchild"
            and bool(old[table.name, column]) == bool(new.get((table.name, column)))
        )
        for column in changed
    )


def _come_or_gone(table: Table, images: dict[Any, Image]) -> set[str]:
    tags: set[str] = set()
    for key, image in images.items():
        tags.update(_about_row(table, key, image, is_visible=True))
        if not table.rendition_of:
            tags.add(f"rows:{table.name}")
            tags.update(f"rows:{table.name}|{scope}" for scope in scopes_of(table, image))
    if images:
        tags.update(f"bulk:{name}" for name in table.cascades)
    return tags


def _about_row(table: Table, key: Any, image: Image, *, is_visible: bool) -> Iterator[str]:
    if table.rendition_of:
        yield f"image:{image[table.name, table.rendition_of]}"
        return
    yield f"table:{table.name}"
    if is_visible:
        yield row_tag(table, key)
    if key_kind(table) is None:
        yield f"bulk:{table.name}"
    if _holds_sites(table.name):
        yield SITES_TAG


def _enqueue_unknown(connection: Any, name: str, columns: Sequence[str] = ()) -> None:
    name = SHADOW_TABLES.get(name, name)
    tags = [
        f"bulk:{name}",
        f"table:{name}",
        f"rows:{name}",
        *(f"col:{name}.{column}" for column in columns),
    ]
    table = table_of(name)
    if table is not None:
        tags += [f"bulk:{other}" for other in table.cascades]
        if table.rendition_of:
            tags.append(EPOCH_TAG)
        if _holds_sites(name) or table.row_prefix == "page:":
            tags.append(SITES_TAG)
    enqueue(connection, tags)


def _holds_sites(name: str) -> bool:
    return name in (Site._meta.db_table, Locale._meta.db_table)


def _moves_sites(
    connection: Any, table: Table, before: dict[Any, Image], after: dict[Any, Image]
) -> bool:
    """Whether the URL of a site's root page changes. Wagtail keeps these in a cache, where no query tells of them."""
    if table.name != get_page_model()._meta.db_table:
        return False
    changed = {
        key
        for key, old in before.items()
        for (name, column), value in old.items()
        if name == table.name
        and column in _PAGE_URL_COLUMNS
        and after.get(key, {}).get((name, column)) != value
    }
    if not changed:
        return False
    roots = Site.objects.using(connection.alias).values_list("root_page_id", flat=True)
    return not changed.isdisjoint(roots)


def _rows_after(
    connection: Any, table: Table, insert: Insert, params: Any
) -> dict[Any, Image] | None:
    """The rows that are there because of an INSERT, and perhaps a few others; None if nobody can tell."""
    if insert.is_conditional and not insert.is_ignoring:
        return None
    find = keys_like if insert.is_ignoring else _new_keys
    try:
        with _unharmed(connection):
            keys = find(connection, table, insert, params)
            return None if keys is None else images_of(connection, table, keys, ())
    except CannotLook:
        return None


def _new_keys(connection: Any, table: Table, insert: Insert, params: Any) -> list[Any] | None:
    """Primary keys of the rows just inserted, None if nobody can tell."""
    columns = dict(enumerate(insert.columns))
    position = next((n for n, column in columns.items() if column == table.key), None)
    if position is not None:
        indexes = [row[position] for row in insert.rows]
        if None in indexes or not isinstance(params, (list, tuple)):
            return None
        keys = [params[index] for index in indexes]  # type: ignore[index]
        return list(keys[0]) if insert.is_columnar else keys
    return _generated_keys(connection, insert, params)


def _generated_keys(connection: Any, insert: Insert, params: Any) -> list[Any] | None:
    cursor = connection._mkt_last_cursor
    if connection.vendor == "sqlite":
        last = cursor.lastrowid
        return None if not last else list(range(last - len(insert.rows) + 1, last + 1))
    if connection.vendor == "postgresql" and cursor.description:
        # The first column returned is the key; the rows are read again by whoever asked for them.
        keys = [row[0] for row in cursor.fetchall()]
        cursor.scroll(0, mode="absolute")
        return keys
    return None


@contextmanager
def _unharmed(connection: Any) -> Iterator[None]:
    """A look that fails must not break the write: it counts as one of unknown rows instead."""
    guard = (
        transaction.atomic(using=connection.alias)
        if connection.vendor == "postgresql" and connection.in_atomic_block
        else nullcontext()
    )
    try:
        with guard:
            yield
    except Exception as error:
        # Only less is kept than could be; and usual in migrations, where tables are not yet what models say.
        logger.debug("Cannot tell which rows changed; all of the table count as changed: %s", error)
        raise CannotLook from error


def _as_one_transaction(connection: Any) -> Any:
    """The look before, the write and the look after see the same rows: on PostgreSQL by locks, up to the commit."""
    if (
        connection.vendor == "postgresql"
        and not connection.in_atomic_block
        and connection.get_autocommit()
    ):
        return transaction.atomic(using=connection.alias)
    return nullcontext()


def _data_version(connection: Any) -> int:
    """Changes when another connection to the same SQLite file commits."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA data_version")
        return int(cursor.fetchone()[0])
