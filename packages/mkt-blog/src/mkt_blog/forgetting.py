"""When what is remembered must be forgotten."""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save

from . import remembered
from .addresses import addresses_changed


def connect() -> None:
    """Listen to whatever can change what readers see of a blog."""
    from wagtail.signals import page_published, page_unpublished, post_page_move

    post_save.connect(_row_changed, dispatch_uid="mkt_blog.remembered.saved")
    post_delete.connect(_row_changed, dispatch_uid="mkt_blog.remembered.deleted")
    m2m_changed.connect(_links_changed, dispatch_uid="mkt_blog.remembered.linked")
    for number, signal in enumerate((page_published, page_unpublished, post_page_move)):
        signal.connect(_page_changed, dispatch_uid=f"mkt_blog.remembered.page{number}")


# All that Wagtail writes to a published page when a draft of it is saved, as the editor does twice a second.
_OF_DRAFTS = frozenset(
    ("draft_title", "has_unpublished_changes", "latest_revision", "latest_revision_created_at")
)


def _row_changed(
    sender: type,
    using: str | None = None,
    update_fields: "frozenset[str] | None" = None,
    **kwargs: Any,
) -> None:
    from .models import BlogIndexMixin

    if update_fields and update_fields <= _OF_DRAFTS:
        return
    if issubclass(sender, _watched()):
        _forget(using)
        if issubclass(sender, BlogIndexMixin):
            addresses_changed(sender, using)


def _links_changed(instance: Any, using: str | None = None, **kwargs: Any) -> None:
    from .models import PostBase

    if isinstance(instance, PostBase):
        _forget(using)


def _page_changed(sender: type, **kwargs: Any) -> None:
    from .models import PostBase

    # Any page: a blog may stand anywhere below one that moves, but below no post.
    _forget(None)
    if not issubclass(sender, PostBase):
        addresses_changed(sender)


def _forget(using: str | None) -> None:
    """Now, for who reads on in this transaction, and after the commit, for what others kept in between."""
    remembered.forget()
    if transaction.get_connection(using).in_atomic_block:
        transaction.on_commit(partial(remembered.forget), using=using)


def _watched() -> tuple[type, ...]:
    from taggit.models import ItemBase, TagBase
    from wagtail.images import get_image_model
    from wagtail.models import PageViewRestriction, Site

    from .models import AuthorLink, BlogIndexMixin, PostAuthorBase, PostBase, RelatedPostBase, Term

    posts = (PostBase, BlogIndexMixin, PostAuthorBase, RelatedPostBase)
    return (
        *posts,
        Term,
        AuthorLink,
        ItemBase,
        TagBase,
        PageViewRestriction,
        Site,
        get_image_model(),
    )
