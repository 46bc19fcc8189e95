"""Tokens of the API from the command line."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mkt_api.access import scopes
from mkt_api.access.tokens import create_token, revoke_token, rotate_token
from mkt_api.models import ApiToken
from mkt_api.registry import registry


class Command(BaseCommand):
    """``create`` and ``rotate`` print the token, and nothing else, on standard output: it is not shown again."""

    help = "Make, list, rotate and revoke tokens of the API."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="make a token and print it")
        create.add_argument("name", help="who uses it and what for")
        create.add_argument(
            "--scope", action="append", help="may be given several times; “read” by default"
        )
        create.add_argument("--site", action="append", default=[], type=int, help="primary key")
        create.add_argument("--origin", action="append", default=[], help="https://www.example.com")
        create.add_argument("--network", action="append", default=[], help="192.0.2.0/24")
        create.add_argument("--limit", type=int, help="requests in each period of the settings")
        create.add_argument("--days", type=float, help="how long it works; for ever by default")
        listing = actions.add_parser("list", help="show the tokens there are")
        listing.add_argument("--all", action="store_true", help="those that work no more as well")
        listing.add_argument("--json", action="store_true", help="for programs")
        rotate = actions.add_parser("rotate", help="make a successor and print it")
        rotate.add_argument("id", type=int)
        rotate.add_argument(
            "--overlap-hours", type=float, help="how long the old one works on; see the settings"
        )
        revoke = actions.add_parser("revoke", help="end tokens at once")
        revoke.add_argument("id", type=int, nargs="+")
        actions.add_parser("scopes", help="show the scopes there are")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        try:
            getattr(self, f"do_{action}")(options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error

    def do_create(self, options: dict[str, Any]) -> None:
        days = options["days"]
        row, text = create_token(
            options["name"],
            scopes=options["scope"] or [scopes.READ],
            sites=options["site"],
            origins=options["origin"],
            networks=options["network"],
            limit=options["limit"],
            expires_at=None if days is None else timezone.now() + timedelta(days=days),
        )
        self._hand_over(row, text)

    def do_rotate(self, options: dict[str, Any]) -> None:
        hours = options["overlap_hours"]
        overlap = None if hours is None else timedelta(hours=hours)
        old = self._token(options["id"])
        row, text = rotate_token(old, overlap=overlap)
        self.stderr.write(f"The token {old.pk} works until {old.expires_at:%Y-%m-%d %H:%M %Z}.")
        self._hand_over(row, text)

    def do_revoke(self, options: dict[str, Any]) -> None:
        for token in [self._token(pk) for pk in options["id"]]:
            revoke_token(token)
            self.stderr.write(f"Revoked {token.pk}: {token}")

    def do_list(self, options: dict[str, Any]) -> None:
        tokens = ApiToken.objects.all() if options["all"] else ApiToken.objects.active()
        rows = [_row(token) for token in tokens]
        if options["json"]:
            self.stdout.write(json.dumps(rows))
            return
        for row in rows:
            self.stdout.write(
                f"{row['id']:>6}  {row['hint']}…  {row['state']:<8} {','.join(row['scopes']):<20} {row['name']}"
            )

    def do_scopes(self, options: dict[str, Any]) -> None:
        for scope, label in scopes.choices(registry):
            self.stdout.write(f"{scope:<24} {label}")

    def _hand_over(self, row: ApiToken, text: str) -> None:
        self.stderr.write(f"Token {row.pk}: {row}. It is shown this once.")
        self.stdout.write(text)

    def _token(self, pk: int) -> ApiToken:
        try:
            return ApiToken.objects.get(pk=pk)
        except ApiToken.DoesNotExist:
            raise CommandError(f"There is no token with the id {pk}.") from None


def _row(token: ApiToken) -> dict[str, Any]:
    moments = {
        name: None if (moment := getattr(token, name)) is None else moment.isoformat()
        for name in ("created_at", "expires_at", "revoked_at", "last_used_at")
    }
    return {
        "id": token.pk,
        "name": token.name,
        "hint": token.hint,
        "state": token.state,
        "scopes": token.scopes,
        "sites": token.sites,
        "origins": token.origins,
        "networks": token.networks,
        "limit": token.limit,
        **moments,
    }
