"""``python -m tests.browser.prepare``: an empty database becomes the site that the tests in a browser use."""

from functools import partial

import django
from django.core.management import call_command

LOGIN = "editor"
PASSWORD = "wandering-albatross-17"


def main():
    django.setup()
    from home.demo import images

    # At full size, drawing and scaling the pictures would be most of the work.
    images.render = partial(images.render, width=320, height=180)
    call_command("migrate", verbosity=0)
    call_command("load_demo_content", "--force", verbosity=0)
    add_content()


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


if __name__ == "__main__":
    main()
