"""Measure stored posts again."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from .measure import measure
from .post_models import post_models

# Posts in memory, and in one transaction.
BATCH_POSTS = 200


def recount(blog: Any = None, *, dry_run: bool = False) -> tuple[int, int]:
    """Posts counted and posts that changed, of one blog or of all; drafts too.

    Writes the measures and nothing else: no date, revision or log entry. Two queries for each batch of ``BATCH_POSTS``,
    and one for each post that has changed.
    """
    counted = changed = 0
    for model in [blog.get_post_model()] if blog else post_models():
        for batch in _batches(model, blog):
            counted += len(batch)
            with transaction.atomic():
                changed += sum(_measure_again(post, dry_run=dry_run) for post in batch)
    return counted, changed


def _batches(model: Any, blog: Any) -> Iterator[list[Any]]:
    posts = model.objects.child_of(blog) if blog else model.objects.all()
    posts = posts.select_related("locale").order_by("pk")
    batch: list[Any] = list(posts[:BATCH_POSTS])
    while batch:
        yield batch
        batch = list(posts.filter(pk__gt=batch[-1].pk)[:BATCH_POSTS])


def _measure_again(post: Any, *, dry_run: bool) -> bool:
    measured = measure(post.body, post.language_code())
    if all(getattr(post, name) == value for name, value in measured.items()):
        return False
    if not dry_run:
        # No save(): that would tell Wagtail and the world that an editor has been here.
        type(post)._base_manager.filter(pk=post.pk).update(**measured)
    return True
