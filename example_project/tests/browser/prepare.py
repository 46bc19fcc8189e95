"""``python -m tests.browser.prepare FILE``: an empty database becomes the site that the tests in a browser use.

What programs that read the API need to know of it is written into the file, as JSON.
"""

import json
import sys
from functools import partial
from pathlib import Path

import django
from django.core.management import call_command

LOGIN = "editor"
PASSWORD = "wandering-albatross-17"
#: Requests in a minute of a token; one more is answered with 429.
LIMIT = 20


def main():
    django.setup()
    from home.demo import images

    # At full size, drawing and scaling the pictures would be most of the work.
    images.render = partial(images.render, width=320, height=180)
    call_command("migrate", verbosity=0)
    call_command("load_demo_content", "--force", verbosity=0)
    add_content()
    Path(sys.argv[1]).write_text(json.dumps(add_for_programs()))


def add_content():
    from django.contrib.auth import get_user_model
    from django.core.files.base import ContentFile
    from wagtail.documents.models import Document
    from wagtail.models import Page

    from home.models import HomePage

    from .lab.models import Badge, LabPage

    get_user_model().objects.create_superuser(LOGIN, "editor@example.org", PASSWORD)
    badge = Badge.objects.create(name="Silver")
    Document.objects.create(title="Timetable", file=ContentFile(b"08:15\n", name="timetable.txt"))
    home = HomePage.objects.get()
    for title, slug in (
        ("Lab", "lab"),
        ("Spare", "spare"),
        ("Movable", "movable"),
        ("Sketch", "sketch"),
    ):
        home.add_child(instance=LabPage(title=title, slug=slug, badge=badge))
    Page.objects.get(slug="lab").specific.save_revision()


def add_for_programs():
    """A redirect, a token and a webhook."""
    from django.conf import settings
    from wagtail.contrib.redirects.models import Redirect

    from mkt_api.access.tokens import create_token
    from mkt_api.webhooks.endpoints import create_endpoint
    from mkt_blog.pages.models import PostPage

    post = PostPage.objects.live().exclude(hero_image=None).order_by("pk").first()
    Redirect.objects.create(old_path="/old-news", redirect_page=post)
    _, token = create_token("Narrow", limit=LIMIT)
    # Switched on by the tests of the front end, which it goes to.
    endpoint, secret = create_endpoint("Front end", f"{settings.FRONT_END_URL}/hooks/mkt")
    type(endpoint).objects.filter(pk=endpoint.pk).update(enabled=False)
    return {
        "front_end": settings.FRONT_END_URL,
        "secret": secret,
        "token": token,
        "limit": LIMIT,
        "posts": PostPage.objects.live().count(),
        "post": {"id": post.pk, "title": post.title, "url_path": f"/blog/{post.slug}/"},
    }


if __name__ == "__main__":
    main()
