"""Putting the wrapper on every connection, and noticing instances; nothing of it happens without the middleware."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import connections, models
from django.db.backends.signals import connection_created
from django.db.models.signals import post_init
from django.utils.autoreload import file_changed

from ..collector import EPOCH_TAG, automatic_collector
from ..purging import deliver
from .images import row_tag
from .schema import Table, table_of
from .wrapper import TrackingWrapper

_UID = "mkt_core.cache.tracking"


def install() -> None:
    """Track every connection, those that are open included. Doing it twice changes nothing."""
    file_changed.connect(_forget_all, dispatch_uid=_UID)
    connection_created.connect(_track_connection, dispatch_uid=_UID)
    post_init.connect(_note_instance, dispatch_uid=_UID)
    for connection in connections.all(initialized_only=True):
        _track(connection)


def uninstall() -> None:
    """Stop tracking; for tests."""
    file_changed.disconnect(dispatch_uid=_UID)
    connection_created.disconnect(dispatch_uid=_UID)
    post_init.disconnect(dispatch_uid=_UID)
    for connection in connections.all(initialized_only=True):
        connection.execute_wrappers[:] = [
            wrapper
            for wrapper in connection.execute_wrappers
            if not isinstance(wrapper, TrackingWrapper)
        ]


def _forget_all(**kwargs: Any) -> None:
    """A developer has changed a template or a translation: the development server goes on without a restart."""
    deliver([EPOCH_TAG])


def _track_connection(connection: Any, **kwargs: Any) -> None:
    _track(connection)


def _track(connection: Any) -> None:
    if not any(isinstance(wrapper, TrackingWrapper) for wrapper in connection.execute_wrappers):
        connection.execute_wrappers.append(TrackingWrapper(connection))


def _note_instance(sender: type[models.Model], instance: models.Model, **kwargs: Any) -> None:
    collector = automatic_collector()
    if collector is None:
        return
    values = instance.__dict__
    for name, table in _rows_of(sender):
        if (key := values.get(name)) is not None:
            collector.tags.add(f"image:{key}" if table.rendition_of else row_tag(table, key))


@cache
def _rows_of(model: type[models.Model]) -> tuple[tuple[str, Table], ...]:
    """The rows that an instance is made of: attribute that holds the key, and the table."""
    meta = model._meta.concrete_model._meta if model._meta.concrete_model else model._meta
    own = table_of(meta.db_table)
    if own is None or meta.pk is None:
        return ()
    if own.rendition_of:
        return ((own.rendition_of, own),)
    found = {own.row_prefix: (meta.pk.attname, own)}
    for parent, link in meta.parents.items():
        table = table_of(parent._meta.db_table)
        if table is not None and link is not None:
            found.setdefault(table.row_prefix, (link.attname, table))
    return tuple(found.values())
