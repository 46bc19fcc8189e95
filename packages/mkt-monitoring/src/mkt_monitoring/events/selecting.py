"""Which events are meant, for the commands that export and erase them."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.http import HttpRequest

from ..days import today
from .options import event_options
from .privacy import hashed_visitor

_VISITOR = re.compile(r"[0-9a-f]{32}")


def add_arguments(parser: CommandParser) -> None:
    """The options that ``selected`` reads."""
    parser.add_argument("--since", type=date.fromisoformat, metavar="DAY", help="from this day on")
    parser.add_argument("--until", type=date.fromisoformat, metavar="DAY", help="this day included")
    parser.add_argument("--site", type=int, metavar="ID", help="of this site")
    parser.add_argument("--event", metavar="NAME", help="of this name")
    parser.add_argument("--page", type=int, metavar="ID", help="on this page")
    parser.add_argument("--path", help="on this path and below")
    parser.add_argument("--visitor", metavar="HASH", help="of this visitor")
    person = parser.add_argument_group(
        "a person who asks", "works as long as the salt of the day is kept, for 48 hours"
    )
    person.add_argument("--address", help="the IP address")
    person.add_argument("--user-agent", default="", help="what the browser sends as User-Agent")
    person.add_argument("--host", default="", help="the host name of the site")


def selected(options: dict[str, Any]) -> Any:
    """The events, as a queryset; None if no option chooses among them.

    Raises:
        CommandError: an option cannot be used.
    """
    from ..models import Event

    filters: dict[str, Any] = {
        name: options[option]
        for option, name in (
            ("since", "day__gte"),
            ("until", "day__lte"),
            ("site", "site_id"),
            ("event", "name"),
            ("page", "page_id"),
            ("path", "path__startswith"),
        )
        if options[option] is not None
    }
    if options["visitor"] and options["address"]:
        raise CommandError("Give either --visitor or --address.")
    if options["visitor"]:
        if not _VISITOR.fullmatch(options["visitor"]):
            raise CommandError("--visitor must be 32 hexadecimal digits.")
        filters["visitor"] = options["visitor"]
    if options["address"]:
        filters["visitor__in"] = _hashes(options)
    events = Event.objects.using(event_options().DATABASE)
    return events.filter(**filters) if filters else None


def _hashes(options: dict[str, Any]) -> list[str]:
    """What the person was hashed to, on each day whose salt is there."""
    from ..models import VisitorSalt

    if not options["host"] or not options["user_agent"]:
        raise CommandError("--address needs --user-agent and --host.")
    request = HttpRequest()
    request.META = {
        "REMOTE_ADDR": options["address"],
        "HTTP_USER_AGENT": options["user_agent"],
        "HTTP_HOST": options["host"],
    }
    days = VisitorSalt.objects.using(event_options().DATABASE).values_list("day", flat=True)
    return [hashed_visitor(request, day) for day in {*days} if day <= today()]
