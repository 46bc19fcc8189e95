"""Template tags of the site's frame."""

from typing import Any

from django import template
from wagtail.models import Page, Site

register = template.Library()


@register.simple_tag(takes_context=True)
def main_menu(context: dict[str, Any]) -> list[Page]:
    """``{% main_menu as items %}``: the pages below the home page that are shown in menus.

    Each has ``current``: "page" if it is being shown, "true" if a page below it is, else "".
    """
    request = context.get("request")
    site = Site.find_for_request(request) if request else None
    if site is None:
        return []
    shown = getattr(context.get("page"), "path", "")
    items = list(site.root_page.get_children().live().public().in_menu())
    for item in items:
        item.current = (
            "page" if shown == item.path else "true" if shown.startswith(item.path) else ""
        )
    return items
