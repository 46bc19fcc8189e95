"""``manage.py load_demo_content``: fill the example site with a small magazine."""

import argparse
import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from home.management.demo_content import DemoContent

LOGIN = "demo"


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

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEBUG or options["force"]):
            raise CommandError(
                "DEBUG is off, so this may be a production site."
                " Give --force to put invented posts and a new superuser into it."
            )
        report = DemoContent().load()
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
