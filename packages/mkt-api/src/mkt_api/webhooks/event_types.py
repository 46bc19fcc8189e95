"""What there is to tell."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

PAGE_PUBLISHED = "page.published"
PAGE_UPDATED = "page.updated"
PAGE_UNPUBLISHED = "page.unpublished"
PAGE_MOVED = "page.moved"
PAGE_SLUG_CHANGED = "page.slug_changed"
PAGE_DELETED = "page.deleted"
PAGE_VISIBILITY_CHANGED = "page.visibility_changed"
TEST = "webhook.test"

#: Type and what it means, in the order of forms. ``webhook.test`` is sent on demand only.
EVENT_TYPES: tuple[tuple[str, Any], ...] = (
    (PAGE_PUBLISHED, _("A page went live")),
    (PAGE_UPDATED, _("A live page changed")),
    (PAGE_UNPUBLISHED, _("A page was taken off the site")),
    (PAGE_MOVED, _("A live page was moved")),
    (PAGE_SLUG_CHANGED, _("A live page got another slug")),
    (PAGE_DELETED, _("A live page was deleted")),
    (PAGE_VISIBILITY_CHANGED, _("A live page was closed to the public, or opened")),
    ("snippet.created", _("A snippet was made or went live")),
    ("snippet.updated", _("A snippet changed")),
    ("snippet.unpublished", _("A snippet was unpublished")),
    ("snippet.deleted", _("A snippet was deleted")),
    ("image.created", _("An image was added")),
    ("image.updated", _("An image changed")),
    ("image.deleted", _("An image was deleted")),
    ("document.created", _("A document was added")),
    ("document.updated", _("A document changed")),
    ("document.deleted", _("A document was deleted")),
    ("redirect.created", _("A redirect was added")),
    ("redirect.updated", _("A redirect changed")),
    ("redirect.deleted", _("A redirect was deleted")),
    ("settings.updated", _("Settings of the site changed")),
    ("site.updated", _("A site was added, changed or deleted")),
)
NAMES = frozenset(name for name, _label in EVENT_TYPES)
