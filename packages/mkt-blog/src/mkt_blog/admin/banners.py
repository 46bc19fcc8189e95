"""What editors are told about the schedule: on the dashboard, and where the posts of a blog are listed."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from wagtail.admin import messages
from wagtail.admin.ui.components import Component

from mkt_core.compat import page_permission_policy

from ..scheduling import recently_overdue_posts


class ScheduleBanner(Component):
    """Posts that did not go live, and what to do about it."""

    name = "mkt_blog_schedule"
    template_name = "mkt_blog/admin/schedule_banner.html"
    order = 20

    def __init__(self, number: int) -> None:
        self.number = number

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"message": message(self.number), "advice": advice()}


def message(number: int) -> str:
    return ngettext(
        "%(count)d post should have gone live or expired by now, and has not.",
        "%(count)d posts should have gone live or expired by now, and have not.",
        number,
    ) % {"count": number}


def advice() -> str:
    return gettext(
        "Whoever runs this site should have “manage.py publish_scheduled” run every few minutes."
    )


def add_schedule_banner(request: HttpRequest, panels: list[Any]) -> None:
    """Hook ``construct_homepage_panels``. At most one query, and none for those who publish nothing."""
    if not page_permission_policy().user_has_any_permission(request.user, ["publish"]):
        return
    if number := recently_overdue_posts():
        panels.append(ScheduleBanner(number))


def warn_in_blog(parent_page: Any, pages: Any, request: HttpRequest) -> Any:
    """Hook ``construct_explorer_page_queryset``: a message above the posts of a blog."""
    from ..models import BlogIndexMixin

    match = request.resolver_match
    # Not when Wagtail only fetches the rows again.
    whole = match is None or not (match.url_name or "").endswith("_results")
    model = parent_page.specific_class
    if not whole or model is None or not issubclass(model, BlogIndexMixin):
        return pages
    if number := recently_overdue_posts():
        messages.warning(request, f"{message(number)} {advice()}")
    return pages
