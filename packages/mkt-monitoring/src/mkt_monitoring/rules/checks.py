"""System checks of ``SLOS`` and ``RULES``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error

from ..conf import monitoring_settings, settings_in_force
from .groups import name_problems
from .options import option_settings
from .slos import slo_problems

HINT = "See docs/how-to/alerts.md. manage.py mkt_rules makes no rules until it is mended."


def check_rules(**kwargs: Any) -> list[CheckMessage]:
    """E020: an entry of SLOS cannot be used. E021: RULES cannot be used."""
    # What is wrong with the whole dictionary is said by E001 and E002.
    if monitoring_settings.find_problems():
        return []
    conf = settings_in_force()
    slos = [Error(text, hint=HINT, id="mkt_monitoring.E020") for text in slo_problems(conf.SLOS)]
    rules = [Error(text, hint=HINT, id="mkt_monitoring.E021") for text in _rules(conf.RULES)]
    return [*slos, *rules]


def _rules(given: Any) -> Iterator[str]:
    settings = option_settings(given)
    if problems := settings.problems():
        yield from problems
    else:
        yield from name_problems(settings.current)
