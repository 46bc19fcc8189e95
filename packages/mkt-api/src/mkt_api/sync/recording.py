"""Writing down that pages have changed."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from wagtail.models import PageViewRestriction
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from mkt_core.compat import get_page_base, get_page_model

from ..conf import api_settings
from ..drafts import concerns_draft_only
from ..models import PageChange
from .changes import oldest_known

# Once in so many changes old ones are dropped.
_CLEANING = 500
_UID = "mkt_api.sync"


def connect() -> None:
    """Listen to everything that decides which pages are seen and what they say."""
    page_published.connect(_on_change, dispatch_uid=f"{_UID}.published")
    page_unpublished.connect(_on_change, dispatch_uid=f"{_UID}.unpublished")
    page_slug_changed.connect(_on_section, dispatch_uid=f"{_UID}.slug")
    post_page_move.connect(_on_move, dispatch_uid=f"{_UID}.moved")
    # Also pages that no signal of Wagtail's tells of: copies, imports, deletions.
    post_save.connect(_on_save, dispatch_uid=f"{_UID}.saved")
    post_delete.connect(_on_delete, sender=get_page_model(), dispatch_uid=f"{_UID}.deleted")
    post_save.connect(_on_restriction, sender=PageViewRestriction, dispatch_uid=f"{_UID}.closed")
    post_delete.connect(_on_restriction, sender=PageViewRestriction, dispatch_uid=f"{_UID}.opened")


def note(page: Any, *, is_section: bool = False) -> None:
    """The page may look other than before; one query."""
    change = PageChange.objects.create(page_id=page.pk, path=page.path, is_section=is_section)
    if change.pk % _CLEANING == 0:
        transaction.on_commit(forget_old)


def forget_old() -> int:
    """Drop what nobody may ask for any more (``SYNC_DAYS``); the number of rows."""
    oldest = oldest_known(api_settings.current.SYNC_DAYS)
    return PageChange.objects.filter(at__lt=oldest).delete()[0]


def _on_change(sender: type[Model], instance: Any, **kwargs: Any) -> None:
    note(instance)


def _on_section(sender: type[Model], instance: Any, **kwargs: Any) -> None:
    # The addresses of all below it contain its slug.
    note(instance, is_section=True)


def _on_move(
    sender: type[Model],
    instance: Any,
    parent_page_before: Any,
    parent_page_after: Any,
    **kwargs: Any,
) -> None:
    if parent_page_before.pk == parent_page_after.pk:
        return
    pages: Any = get_page_model()._base_manager
    place = pages.filter(pk=instance.pk).values_list("path", flat=True).get()
    rows = pages.filter(path__startswith=place).values_list("pk", "path")
    # Row by row, because those at the old place could not be found by it any more; the parent tells which site it was.
    changes = [
        PageChange(page_id=pk, path=where)
        for pk, path in rows
        for where in (path, parent_page_before.path)
    ]
    PageChange.objects.bulk_create(changes, batch_size=500)


def _on_save(
    sender: type[Model], instance: Any, created: bool, raw: bool = False, **kwargs: Any
) -> None:
    # Drafts are saved as well, and autosave does it all the time; only live pages are shown.
    if raw or not isinstance(instance, get_page_base()) or not instance.live or not instance.path:
        return
    if concerns_draft_only(kwargs.get("update_fields")):
        return
    if sender is type(instance):
        note(instance)


def _on_delete(sender: type[Model], instance: Any, **kwargs: Any) -> None:
    note(instance)


def _on_restriction(sender: type[Model], instance: Any, **kwargs: Any) -> None:
    page = get_page_model()._base_manager.filter(pk=instance.page_id).first()
    if page is not None:
        note(page, is_section=True)
        for alias in page.aliases.all():
            note(alias, is_section=True)
