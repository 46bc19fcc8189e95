"""The Wagtail admin without inline scripts.

Widgets and panels of Wagtail start themselves by an inline script, ``<script>new PageChooser("id", {…});</script>``. A
policy can only let it run together with every other inline script, or by a nonce that a fragment fetched later does not
have. Here the same call is an element, which an external script (``calls.js``) carries out at the very moment when it
gets into the page: ``<mkt-admin-call name="PageChooser" new args="[…]">``. Only what is on a list is called, with JSON
as arguments. See docs/how-to/security.md for what this means for HTML that somebody smuggles into a page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import wraps
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from ..conf import core_settings

MIDDLEWARE = "mkt_core.security.middleware.ContentSecurityPolicyMiddleware"

#: Calls that are in Wagtail's templates and in methods of its own.
_WAGTAIL_CALLS = (
    *("initDateChooser", "initTimeChooser", "initDateTimeChooser"),
    *("InlinePanel", "MultipleChooserPanel", "createTaskChooser"),
)
_CALL = re.compile(r"\s*(?P<new>new\s+)?(?P<name>[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*)\s*\(\s*")
_SEPARATOR = re.compile(r"\s*,\s*")
_END = re.compile(r"\s*\)\s*;?\s*\Z")
_decoder = json.JSONDecoder()


def call_element(name: str, *args: Any, new: bool = False) -> SafeString:
    """The element that makes ``calls.js`` call ``name`` with these arguments."""
    return format_html(
        '<mkt-admin-call hidden name="{}"{} args="{}"></mkt-admin-call>',
        name,
        mark_safe(" new") if new else "",
        json.dumps(args),
    )


def element_for(script: str) -> SafeString | None:
    """The element that does the same as the script, if that is one call with JSON as arguments."""
    if (call := _CALL.match(script)) is None:
        return None
    args: list[Any] = []
    position = call.end()
    while not _END.match(script, position):
        if args:
            if not (separator := _SEPARATOR.match(script, position)):
                return None
            position = separator.end()
        try:
            value, position = _decoder.raw_decode(script, position)
        except ValueError:
            return None
        args.append(value)
    return call_element(call["name"], *args, new=bool(call["new"]))


def allowed_names() -> list[str]:
    """What ``calls.js`` may call: Wagtail's own, the classes of all choosers, and what the settings add."""
    from wagtail.admin.widgets import BaseChooser

    choosers = {str(widget.js_constructor) for widget in _with_subclasses(BaseChooser)}
    return sorted({*_WAGTAIL_CALLS, *choosers, *core_settings.current.ADMIN_SCRIPT_CALLS})


def _with_subclasses(widget: type[Any]) -> Iterator[type[Any]]:
    yield widget
    for subclass in widget.__subclasses__():
        yield from _with_subclasses(subclass)


def is_installed() -> bool:
    """Whether the admin is served with a policy of ours."""
    return MIDDLEWARE in settings.MIDDLEWARE


def install() -> None:
    """Let Wagtail's widgets and panels write elements instead of scripts; once, when the apps are ready."""
    from wagtail.admin.panels import InlinePanel, MultipleChooserPanel
    from wagtail.admin.widgets import (
        AdminDateInput,
        AdminDateTimeInput,
        AdminTimeInput,
        BaseChooser,
    )

    for owner, name in (
        (AdminDateInput, "widgets/date_input.html"),
        (AdminTimeInput, "widgets/time_input.html"),
        (AdminDateTimeInput, "widgets/datetime_input.html"),
        (InlinePanel.BoundPanel, "panels/inline_panel.html"),
        (MultipleChooserPanel.BoundPanel, "panels/multiple_chooser_panel.html"),
    ):
        # A template that a site has put in the place of Wagtail's is found by Wagtail's name, and stays.
        if owner.template_name == f"wagtailadmin/{name}":
            owner.template_name = f"mkt_core/security/{name}"
    if not hasattr(BaseChooser.render, "__wrapped__"):
        BaseChooser.render = _without_script(BaseChooser.render)
    if apps.is_installed("wagtail.contrib.search_promotions"):
        _install_search_promotions()


def _install_search_promotions() -> None:
    from wagtail.contrib.search_promotions.views.settings import CreateView, EditView

    for view, name in ((CreateView, "add.html"), (EditView, "edit.html")):
        if view.template_name == f"wagtailsearchpromotions/{name}":
            view.template_name = f"mkt_core/security/search_promotions/{name}"


def _without_script(render: Any) -> Any:
    """``BaseChooser.render``, whose result ends in a script made by ``render_js_init``."""

    @wraps(render)
    def rendered(self: Any, *args: Any, **kwargs: Any) -> str:
        html = str(render(self, *args, **kwargs))
        body, opening, script = html.rpartition("<script>")
        element = element_for(script.removesuffix("</script>")) if opening else None
        return mark_safe(body + element if element is not None else html)

    return rendered
