"""``python -m tests.observability.prepare``: an empty database becomes the site that Prometheus watches."""

from functools import partial

import django
from django.core.management import call_command

LOGIN, PASSWORD = "watched", "wandering-albatross-17"


def main():
    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.files.base import ContentFile
    from wagtail.documents.models import Document

    from home.demo import images

    # At full size, drawing and scaling the pictures would be most of the work.
    images.render = partial(images.render, width=320, height=180)
    call_command("migrate", verbosity=0)
    call_command("load_demo_content", "--force", verbosity=0)
    get_user_model().objects.create_superuser(LOGIN, "watched@example.org", PASSWORD)
    Document.objects.create(title="Timetable", file=ContentFile(b"08:15\n", name="timetable.txt"))


if __name__ == "__main__":
    main()
