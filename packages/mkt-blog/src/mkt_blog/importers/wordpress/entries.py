"""What Wagtail notes about each new page, its references and an entry in its log, for many pages at once."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.log_actions import get_active_log_context, log
from wagtail.log_actions import registry as log_registry
from wagtail.models import PageLogEntry, ReferenceIndex

_ACTION = "wagtail.create"


def note_references(pages: Sequence[Any]) -> None:
    """Add what ``pages`` refer to, as they are in memory, to Wagtail's index. One query.

    They are new: nothing that they no longer refer to needs to be looked for, which takes Wagtail's own method a query
    for each page.
    """
    rows = [row for page in pages for row in _references(page)]
    ReferenceIndex.objects.bulk_create(rows, batch_size=500)


def note_creation(pages: Sequence[Any]) -> None:
    """Say in the log of each page that it has been created. One query, or as many as the log of the site's own needs.

    Wagtail's own method validates each entry, which takes three queries for a page.
    """
    entries = []
    for page in pages:
        if log_registry.get_log_model_for_instance(page) is PageLogEntry:
            entries.append(_entry(page))
        else:
            log(instance=page, action=_ACTION, user=page.owner, content_changed=True)
    PageLogEntry.objects.bulk_create(entries, batch_size=500)


def _references(page: Any) -> Iterator[ReferenceIndex]:
    kinds = [
        ContentType.objects.get_for_model(model, for_concrete_model=False)
        for model in (page, *page._meta.get_parent_list())
    ]
    # The same thing may be named twice in one place; a set, as Wagtail does it.
    for kind, key, model_path, content_path in set(
        ReferenceIndex._extract_references_from_object(page)
    ):
        yield ReferenceIndex(
            content_type=kinds[0],
            base_content_type=kinds[-1],
            object_id=page.pk,
            to_content_type_id=kind,
            to_object_id=key,
            model_path=model_path,
            content_path=content_path,
            content_path_hash=ReferenceIndex._get_content_path_hash(content_path),
        )


def _entry(page: Any) -> PageLogEntry:
    context = get_active_log_context()
    return PageLogEntry(
        content_type=ContentType.objects.get_for_model(page, for_concrete_model=False),
        page_id=page.pk,
        label=page.get_admin_display_title(),
        action=_ACTION,
        timestamp=timezone.now(),
        user_id=page.owner_id or getattr(context.user, "pk", None),
        uuid=context.uuid,
        content_changed=True,
    )
