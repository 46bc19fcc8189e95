"""``python -m tests.headless.prepare FILE``: demo content, and what the clients need to know of it, as JSON."""

import json
import sys
from functools import partial
from pathlib import Path

import django
from django.core.management import call_command

#: Requests in a minute; one more is answered with 429.
LIMIT = 20


def main():
    django.setup()
    from home.demo import images

    # At full size, drawing and scaling the pictures would be most of the work.
    images.render = partial(images.render, width=320, height=180)
    call_command("migrate", verbosity=0)
    call_command("load_demo_content", "--force", verbosity=0)
    Path(sys.argv[1]).write_text(json.dumps(add_content()))


def add_content():
    from django.conf import settings
    from wagtail.contrib.redirects.models import Redirect

    from mkt_api.access.tokens import create_token
    from mkt_api.webhooks.endpoints import create_endpoint
    from mkt_blog.pages.models import PostPage

    post = PostPage.objects.live().exclude(hero_image=None).order_by("pk").first()
    Redirect.objects.create(old_path="/old-news", redirect_page=post)
    _, token = create_token("Narrow", limit=LIMIT)
    _, secret = create_endpoint("Front end", f"{settings.FRONT_END_URL}/hooks/mkt")
    return {
        "token": token,
        "limit": LIMIT,
        "posts": PostPage.objects.live().count(),
        "post": {"id": post.pk, "title": post.title, "url_path": f"/blog/{post.slug}/"},
        "secret": secret,
    }


if __name__ == "__main__":
    main()
