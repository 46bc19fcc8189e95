"""What events, referrers and days are called on the dashboards."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EVENTS: dict[str, str | Promise] = {
    "page_view": _("Page view"),
    "not_found": _("Not found"),
    "outbound_click": _("Link to another site"),
    "download": _("Download"),
    "scroll_depth": _("Scrolled"),
    "time_on_page": _("Time on the page"),
    "web_vital": _("Web Vital"),
    "search": _("Search"),
}
REFERRERS: dict[str, str | Promise] = {
    "direct": _("Direct or unknown"),
    "internal": _("This site"),
    "(other)": _("Others"),
}


def event_label(name: str) -> str | Promise:
    """Its name in the reader's language; of a site's own event, ``newsletter_signup`` as "Newsletter signup"."""
    return EVENTS.get(name) or name.replace("_", " ").capitalize()


def referrer_label(name: str) -> str | Promise:
    """The same for groups of referrers."""
    return REFERRERS.get(name, name)


def day_label(day: date) -> str:
    """As short as it can be, for charts."""
    return date_format(day, "SHORT_DATE_FORMAT")
