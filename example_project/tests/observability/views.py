"""What a site does besides answering, done at one's request: metrics are those of the process that does it."""

import contextlib
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.images.models import SourceImageIOError
from wagtail.models import Page, Workflow


def broken(request):
    raise RuntimeError("as it should")


def stream(request):
    return StreamingHttpResponse(iter([b"one ", b"two"]))


def work(request):
    """Every kind of work once; ``?number=`` makes what is made anew each time."""
    number = int(request.GET["number"])
    use_database_and_cache(number)
    edit(Page.objects.live().filter(depth__gt=3).last().specific)
    make_renditions(number)
    for words in ("sea", "xyzzyqwrtp"):
        list(Page.objects.live().search(words))
    return HttpResponse("done")


def use_database_and_cache(number):
    cache.get("absent")
    cache.set("present", number)
    cache.get("present")
    for _ in range(50):
        get_user_model().objects.first()
    with contextlib.suppress(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")


def edit(post):
    user = get_user_model().objects.first()
    revision = post.save_revision(user=user)
    revision.publish(user=user)
    post.unpublish(user=user)
    revision.publish(user=user)
    # The last one stays open.
    for end in ("approve", "reject", None):
        post = Page.objects.get(pk=post.pk).specific
        if post.current_workflow_state:
            post.current_workflow_state.cancel(user=user)
        post.save_revision(user=user)
        state = Workflow.objects.first().start(post, user)
        if end:
            getattr(state.current_task_state, end)(user=user)
    # A schedule that nobody looks at.
    hour_ago = timezone.now() - timedelta(hours=1)
    post.save_revision(user=user, approved_go_live_at=hour_ago)


def make_renditions(number):
    image = get_image_model().objects.first()
    image.get_rendition(f"width-{100 + number}")
    image.get_rendition(f"width-{100 + number}")
    # Its file is gone.
    image.file.name = "lost.png"
    with contextlib.suppress(SourceImageIOError):
        image.get_rendition(f"width-{200 + number}")
