"""From saves and deletions to events.

For pages and everything else that has drafts, only what readers can see counts: a draft that is saved, or deleted, is
nobody's business. ``QuerySet.update()`` and bulk methods send no signals and so tell nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet

from mkt_core.compat import get_page_model

from ..drafts import concerns_draft_only
from ..fields.paths import has_column
from ..models import WebhookEndpoint
from . import event_types as types
from .kinds import kind_of
from .outbox import listening, record
from .payloads import described, object_key

_ATTRIBUTE = "_mkt_api_before"
_COMPARED = ("live", "slug", "url_path", "last_published_at")


@dataclass(frozen=True, slots=True)
class _Before:
    """What was stored, and who listens."""

    endpoints: list[WebhookEndpoint]
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def was_live(self) -> bool:
        return bool(self.values.get("live"))


def remember(
    sender: type[Model], instance: Model, raw: bool = False, using: str | None = None, **kwargs: Any
) -> None:
    """Before a save: one query for those who listen, and one for what is stored if there are any."""
    if raw or kind_of(sender) not in ("page", "snippet"):
        return
    before = None
    if endpoints := listening():
        names = [name for name in _COMPARED if has_column(sender, name)]
        values = None
        if names and not instance._state.adding:
            rows = sender._base_manager.using(using).filter(pk=instance.pk)
            values = rows.values(*names).first()
        before = _Before(endpoints, values or {})
    setattr(instance, _ATTRIBUTE, before)


def saved(
    sender: type[Model],
    instance: Any,
    created: bool,
    raw: bool = False,
    update_fields: frozenset[str] | None = None,
    **kwargs: Any,
) -> None:
    """After a save, in the same transaction if there is one; of a page there always is."""
    kind = None if raw else kind_of(sender)
    if kind is None:
        return
    if kind in ("page", "snippet"):
        before = instance.__dict__.pop(_ATTRIBUTE, None)
        if before is not None and not concerns_draft_only(update_fields):
            _tell_of_drafted(kind, instance, created, before)
    elif kind == "restriction":
        _tell_visibility(instance.page)
    else:
        _tell(kind, instance, "created" if created else "updated")


def deleted(sender: type[Model], instance: Any, origin: Any = None, **kwargs: Any) -> None:
    """After a deletion, in its transaction."""
    kind = kind_of(sender)
    if kind == "page":
        # Each page is deleted as what it is and as a base page; one of the two is enough.
        if sender is instance.specific_class and _was_live(instance):
            record(types.PAGE_DELETED, object_key(kind, instance), described(kind, instance))
    elif kind == "restriction":
        if _began_with(origin, sender):
            _tell_visibility(instance.page)
    elif kind is not None and getattr(instance, "live", True):
        _tell(kind, instance, "deleted")


def _tell_of_drafted(kind: str, instance: Any, created: bool, before: _Before) -> None:
    is_live = bool(getattr(instance, "live", True))
    found: list[tuple[str, dict[str, Any]]]
    if kind == "snippet":
        was_live = not created and (before.was_live or not has_column(type(instance), "live"))
        found = [(_snippet_event(is_live, was_live), {})]
    else:
        found = list(_page_events(instance, is_live, before))
    for event_type, more in found:
        if event_type:
            data = described(kind, instance, **more)
            record(event_type, object_key(kind, instance), data, before.endpoints)


def _snippet_event(is_live: bool, was_live: bool) -> str:
    if is_live:
        return "snippet.updated" if was_live else "snippet.created"
    return "snippet.unpublished" if was_live else ""


def _page_events(page: Any, is_live: bool, before: _Before) -> Iterator[tuple[str, dict[str, Any]]]:
    if not before.was_live:
        if is_live:
            yield types.PAGE_PUBLISHED, {}
        return
    old = {name: before.values[name] for name in ("slug", "url_path")}
    if not is_live:
        yield types.PAGE_UNPUBLISHED, {"previous": old}
        return
    has_new_slug = old["slug"] != page.slug
    if _parent(old["url_path"]) != _parent(page.url_path):
        yield types.PAGE_MOVED, {"previous": old}
    else:
        yield types.PAGE_UPDATED, {}
    if has_new_slug:
        yield types.PAGE_SLUG_CHANGED, {"previous": old}


def _parent(url_path: str) -> str:
    return url_path.rstrip("/").rpartition("/")[0]


def _tell_visibility(page: Any) -> None:
    if page.live:
        data = described("page", page)
        record(types.PAGE_VISIBILITY_CHANGED, object_key("page", page), data)


def _tell(kind: str, instance: Any, what: str) -> None:
    event_type = f"{kind}.{what}"
    more = {}
    if kind in ("settings", "site"):
        event_type, more = f"{kind}.updated", {"change": what}
    if endpoints := listening():
        data = described(kind, instance, **more)
        record(event_type, object_key(kind, instance), data, endpoints)


def _was_live(page: Any) -> bool:
    # Wagtail unpublishes what is at hand as a base page just before: what is nothing else tells by its date.
    is_base = type(page) is get_page_model()
    return bool(page.last_published_at) if is_base else bool(page.live)


def _began_with(origin: Any, model: type[Model]) -> bool:
    """Whether the restriction itself is deleted, and not its page with all that hangs on it."""
    return isinstance(origin, model) or (isinstance(origin, QuerySet) and origin.model is model)
