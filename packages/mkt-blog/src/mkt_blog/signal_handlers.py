"""Turn Wagtail's and Django's signals into the blog's own."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import Signal

from .models import PostBase
from .post_models import post_models
from .post_urls import Place, full_url, place_of
from .signals import post_published, post_unpublished, post_updated
from .translating import translate_terms

# Where ``remember`` keeps the place of a post that was live, until it has been published.
_BEFORE = "_mkt_blog_place_before"


def connect() -> None:
    """Listen to Wagtail and Django; once all apps are ready."""
    from django.db.models.signals import pre_save
    from wagtail.signals import (
        copy_for_translation_done,
        page_published,
        page_slug_changed,
        page_unpublished,
        post_page_move,
    )

    for signal, receiver in (
        (pre_save, remember),
        (page_published, announce_publication),
        (page_unpublished, announce_removal),
        (page_slug_changed, announce_new_slug),
        (post_page_move, announce_move),
        (copy_for_translation_done, translate_terms),
    ):
        signal.connect(receiver, dispatch_uid=f"mkt_blog.{receiver.__name__}")


def remember(sender: type, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """Note where readers find a post, before it is saved as live. One query."""
    if raw or not isinstance(instance, PostBase) or instance.pk is None:
        return
    if not instance.live:  # type: ignore[attr-defined]
        return
    posts: Any = type(instance)._base_manager
    stored = posts.filter(pk=instance.pk, live=True)
    found = stored.values_list("url_path", "slug", "date").first()
    setattr(instance, _BEFORE, Place(*found) if found else None)


def announce_publication(sender: type, instance: Any, **kwargs: Any) -> None:
    """Send ``post_published`` the first time, ``post_updated`` from then on.

    Wagtail tells of a publication also when one is planned.
    """
    if not isinstance(instance, PostBase) or not instance.live:  # type: ignore[attr-defined]
        return
    first = instance.first_published_at == instance.last_published_at  # type: ignore[attr-defined]
    before = getattr(instance, _BEFORE, None)
    old_url = full_url(instance, before) if before else None
    new_url = full_url(instance, place_of(instance))
    signal = post_published if first else post_updated
    _send_on_commit(signal, instance, None if first else old_url, new_url)


def announce_removal(sender: type, instance: Any, **kwargs: Any) -> None:
    """Tell of a post that was taken off, or deleted: Wagtail takes a page off before it deletes it."""
    if isinstance(instance, PostBase):
        _send_on_commit(post_unpublished, instance, full_url(instance, place_of(instance)), None)


def announce_new_slug(sender: type, instance: Any, instance_before: Any, **kwargs: Any) -> None:
    """Tell of posts that have another address because a page's slug was changed; sent after the commit.

    A post that is being published is told of by ``announce_publication``.
    """
    is_published = instance.last_published_at != instance_before.last_published_at
    _announce_branch(
        instance.path,
        instance_before.url_path,
        instance.url_path,
        without=instance.pk if is_published else None,
    )


def announce_move(
    sender: type, instance: Any, url_path_before: str, url_path_after: str, **kwargs: Any
) -> None:
    """Tell of posts that were moved, alone or with a page above them."""
    if url_path_before != url_path_after:
        move = partial(_announce_branch, instance.path, url_path_before, url_path_after)
        transaction.on_commit(move, using=instance._state.db)


def _announce_branch(path: str, before: str, after: str, without: Any = None) -> None:
    """Send ``post_updated`` for each live post at or below a page. One query for each class of posts, and two for each
    blog.
    """
    for model in post_models():
        blogs: dict[str, Any] = {}
        manager: Any = model._default_manager
        posts = manager.filter(path__startswith=path, live=True).exclude(pk=without)
        for post in posts.defer("body").iterator(chunk_size=500):
            place = place_of(post)
            parent = post.path[: -post.steplen]
            if parent in blogs:
                post.blog = blogs[parent]
            blogs[parent] = post.blog
            old_url = full_url(post, _before(place, before, after))
            _send(post_updated, post, old_url, full_url(post, place))


def _before(place: Place, before: str, after: str) -> Place:
    """Where a post was when the page at ``after`` was still at ``before``."""
    url_path = before + place.url_path.removeprefix(after)
    return Place(url_path, url_path.rstrip("/").rpartition("/")[2], place.date)


def _send_on_commit(signal: Signal, post: Any, old_url: str | None, new_url: str | None) -> None:
    send = partial(_send, signal, post, old_url, new_url)
    transaction.on_commit(send, using=post._state.db)


def _send(signal: Signal, post: Any, old_url: str | None, new_url: str | None) -> None:
    # A receiver's fault must not turn a publication that is already committed into an error page.
    signal.send_robust(sender=type(post), post=post, old_url=old_url, new_url=new_url)
