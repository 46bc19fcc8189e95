"""``manage.py load_demo_content``: fill the example site with a small magazine."""

import argparse
import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from home.management.demo_content import DemoContent

LOGIN = "demo"


def parse_address(text: str) -> tuple[str, int]:
    """``"127.0.0.1:8000"`` in its parts."""
    host, _colon, port = text.rpartition(":")
    if not host or not port.isdigit():
        raise CommandError(f"{text} is not an address like 127.0.0.1:8000.")
    return host, int(port)


class Command(BaseCommand):
    help = (
        "Load the demo content: posts, authors, categories, series and pictures, and a login for"
        " the admin. What is there already, and what was edited since, stays as it is."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--force",
            action="store_true",
            help="Load it although DEBUG is off (a production site).",
        )

        parser.add_argument(
            "--address",
            metavar="HOST:PORT",
            help="Where the site will answer on this machine, for the links in feeds and the API.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEBUG or options["force"]):
            raise CommandError(
                "DEBUG is off, so this may be a production site."
                " Give --force to put invented posts and a new superuser into it."
            )
        content = DemoContent()
        report = content.load()
        if options["address"]:
            content.set_address(*parse_address(options["address"]))
        login = self.ensure_login()
        if options["verbosity"] > 1:
            self.stdout.write(report)
        if options["verbosity"] > 0:
            self.stdout.write("The demo content is loaded.")
            self.stdout.write(f"Demo login: {login}")

    def ensure_login(self) -> str:
        """Name and password of the demo's superuser; a password that was changed is not told."""
        users = get_user_model()
        # A password that everybody can read here is for one's own machine only.
        password = LOGIN if settings.DEBUG else secrets.token_urlsafe(12)
        user = users.objects.filter(**{users.USERNAME_FIELD: LOGIN}).first()
        if user is None:
            users.objects.create_superuser(LOGIN, f"{LOGIN}@example.com", password)
        elif not user.check_password(password):
            return f"{LOGIN} (the password was set earlier)"
        return f"{LOGIN} / {password}"
