"""Look at the response cache, or purge it."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mkt_core.cache import services
from mkt_core.cache.checks import MIDDLEWARE
from mkt_core.cache.counting import Figures, figures
from mkt_core.cache.store import StoreStatus, get_store
from mkt_core.compat import get_page_model


class Command(BaseCommand):
    help = "Show how the response cache does, or have what it holds rendered anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        status = actions.add_parser("status", help="what it stands on, and the last 24 hours")
        status.add_argument("--json", action="store_true", help="the same for programs")
        purge = actions.add_parser("purge", help="have responses rendered anew")
        purge.add_argument("--all", action="store_true", dest="everything", help="all of them")
        purge.add_argument(
            "--tag", action="append", default=[], metavar="TAG", help="those made of it"
        )
        purge.add_argument(
            "--page", action="append", default=[], type=int, metavar="ID", help="those showing it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if MIDDLEWARE not in settings.MIDDLEWARE:
            raise CommandError(f"The response cache is not in use: MIDDLEWARE lacks {MIDDLEWARE}.")
        if options["action"] == "status":
            self._show(get_store().status(), figures(), as_json=options["json"])
        else:
            self._purge(options["everything"], options["tag"], options["page"])

    def _show(self, status: StoreStatus, last_day: Figures, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(_values(status, last_day)))
            return
        self.stdout.write(f"store      {status.kind}{'' if status.available else ', away'}")
        self.stdout.write(f"responses  {_known(status.entries)}")
        self.stdout.write(f"memory     {_known(status.memory_bytes, ' bytes')}")
        rate = last_day.hit_rate
        self.stdout.write(f"hit rate   {'no requests yet' if rate is None else f'{rate:.1%}'}")
        for name in ("hit", "stale", "miss"):
            self.stdout.write(f"  {name:24} {last_day.counts.get(name, 0):>10,}")
        for reason, number in last_day.bypasses.items():
            self.stdout.write(f"  bypass:{reason:17} {number:>10,}")

    def _purge(self, everything: bool, tags: list[str], page_ids: list[int]) -> None:
        if not (everything or tags or page_ids):
            raise CommandError("Say what to purge: --all, --tag TAG or --page ID.")
        pages = {page.pk: page for page in get_page_model().objects.filter(pk__in=page_ids)}
        if unknown := sorted(set(page_ids) - pages.keys()):
            raise CommandError(f"There is no page {', '.join(map(str, unknown))}.")
        try:
            if tags:
                services.purge_tags(tags)
        except ValueError as error:
            raise CommandError(str(error)) from error
        if everything:
            services.purge_everything()
        for page in pages.values():
            services.purge_page(page)
        if not get_store().status().available:
            raise CommandError(
                "The cache server does not answer. What was to be purged is given up as soon as it does, "
                "if this happens before this command ends; else purge again."
            )
        self.stdout.write(self.style.SUCCESS("purged"))


def _known(value: int | None, unit: str = "") -> str:
    return "unknown" if value is None else f"{value:,}{unit}"


def _values(status: StoreStatus, last_day: Figures) -> dict[str, Any]:
    return {
        "kind": status.kind,
        "available": status.available,
        "entries": status.entries,
        "memory_bytes": status.memory_bytes,
        "lost_bumps": status.lost_bumps,
        "hit_rate": last_day.hit_rate,
        "counts": dict(last_day.counts),
    }
