"""Turn Wagtail's page signals into the blog's own."""

from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import Signal

from .models import PostBase
from .signals import post_published, post_unpublished, post_updated


def announce_publication(sender: type, instance: Any, **kwargs: Any) -> None:
    """Send ``post_published`` the first time, ``post_updated`` from then on."""
    if not isinstance(instance, PostBase):
        return
    first = instance.first_published_at == instance.last_published_at  # type: ignore[attr-defined]
    _send_on_commit(post_published if first else post_updated, sender, instance)


def announce_removal(sender: type, instance: Any, **kwargs: Any) -> None:
    if isinstance(instance, PostBase):
        _send_on_commit(post_unpublished, sender, instance)


def _send_on_commit(signal: Signal, sender: type, post: PostBase) -> None:
    # A receiver's fault must not turn a publication that is already committed into an error page.
    transaction.on_commit(
        partial(signal.send_robust, sender=sender, post=post), using=post._state.db
    )
