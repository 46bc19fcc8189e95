"""What a site does besides answering, done at one's request: metrics are those of the process that does it."""

import contextlib
import urllib.request
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.core.cache import cache, caches
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import send_mail
from django.db import DatabaseError, connection, transaction
from django.db.utils import ConnectionHandler
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from redis.exceptions import RedisError
from wagtail.contrib.forms.models import FormSubmission
from wagtail.images import get_image_model
from wagtail.images.models import SourceImageIOError
from wagtail.models import Page, Workflow

from mkt_core.uploads.errors import UploadRefused
from mkt_core.uploads.guard import guarded
from mkt_monitoring.events.tracking import track
from mkt_monitoring.registry import counter

from . import tasks

# Of two colours, one is too many.
colours = counter("observed_colours_total", "Colours.", ["colour"], limit=1)


def broken(request):
    raise RuntimeError("as it should")


def stream(request):
    return StreamingHttpResponse(iter([b"one ", b"two"]))


def work(request):
    """Every kind of work once; ``?number=`` makes what is made anew each time."""
    number = int(request.GET["number"])
    use_database_and_cache(number)
    edit(Page.objects.live().filter(depth__gt=3).last().specific)
    move(number)
    make_renditions(number)
    talk_to_others(request.get_host())
    go_wrong()
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


def move(number):
    home = Page.objects.filter(depth=2).first()
    shelf, book = (
        home.add_child(instance=Page(title=f"{name} {number}")) for name in ("Shelf", "Book")
    )
    book.move(Page.objects.get(pk=shelf.pk), "last-child")
    FormSubmission.objects.create(page=shelf, form_data={})


def talk_to_others(host):
    send_mail("Subject", "Text", "site@example.com", ["reader@example.com"])
    with urllib.request.urlopen(f"http://{host}/health/live", timeout=20):
        pass
    tasks.quiet.enqueue()
    tasks.failing.enqueue()
    tasks.quiet.using(backend="later").enqueue()


# There is no such folder.
GONE = {"ENGINE": "django.db.backends.sqlite3", "NAME": "/nowhere/at/all.sqlite3"}


def go_wrong():
    with contextlib.suppress(DatabaseError):
        ConnectionHandler({"default": GONE})["default"].ensure_connection()
    for colour in ("red", "green"):
        colours.labels(colour).inc()
    # The event has no such property.
    track("page_view", invented="x")
    caches["gone"].get("x")
    with contextlib.suppress(OSError, RedisError):
        caches["refusing"].get("x")
    with contextlib.suppress(UploadRefused):
        guarded(ContentFile(b"MZ, which is no picture", "picture.png"), "image", default_storage)


def make_renditions(number):
    image = get_image_model().objects.first()
    image.get_rendition(f"width-{100 + number}")
    image.get_rendition(f"width-{100 + number}")
    # Its file is gone.
    image.file.name = "lost.png"
    with contextlib.suppress(SourceImageIOError):
        image.get_rendition(f"width-{200 + number}")
