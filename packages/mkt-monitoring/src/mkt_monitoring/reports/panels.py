"""Figures where editors already are: on the home page of the admin, beside a page, and in listings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.side_panels import BaseSidePanel
from wagtail.admin.ui.tables import Column

from .access import may_see
from .charts import Chart, Series, whole
from .content import Days, by_day, page_days, views_by_page
from .labels import day_label
from .periods import last_days

HOME_DAYS, PAGE_DAYS = 14, 28


class HomePanel(Component):
    """Page views of the last two weeks; one query."""

    name = "mkt_monitoring"
    template_name = "mkt_monitoring/home_panel.html"
    order = 150

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        days = by_day(last_days(HOME_DAYS))
        views, visitors = list(days.views.values()), list(days.visitors.values())
        return {
            "chart": _chart("home", days),
            "views": whole(views[-1]),
            "visitors": whole(visitors[-1]),
            "content_url": reverse("mkt_monitoring_content"),
            "now_url": reverse("mkt_monitoring_now"),
        }


class PageSidePanel(BaseSidePanel):
    """A page's own page views of the last four weeks; one query."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        aria_label = gettext_lazy("Toggle visits")
        icon_name = "view"
        has_counter = False

    name = "mkt-visits"
    title = gettext_lazy("Visits")
    template_name = "mkt_monitoring/side_panel.html"
    order = 650

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context = super().get_context_data(parent_context)
        days = page_days([self.object.pk], last_days(PAGE_DAYS))
        context |= {
            "chart": _chart("page", days),
            "views": whole(sum(days.views.values())),
            "visitors": whole(sum(days.visitors.values())),
            "days": PAGE_DAYS,
        }
        return context


class ViewsColumn(Column):
    """A column with the page views of the last four weeks, for listings of pages. One query for the listing.

    >>> class StoryListing(PageListingViewSet):
    ...     columns = [*PageListingViewSet.columns, ViewsColumn()]
    """

    cell_template_name = "mkt_monitoring/views_cell.html"

    def __init__(self, name: str = "mkt_views", **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Page views, 4 weeks"))
        kwargs.setdefault("width", "10%")
        super().__init__(name, **kwargs)

    def get_cell_context_data(
        self, instance: Any, parent_context: Mapping[str, Any]
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        context["value"] = whole(_views_in(parent_context).get(instance.pk, 0))
        return context

    def get_value(self, instance: Any) -> Any:
        return None


def home_panels(request: HttpRequest, panels: list[Any]) -> None:
    """For those who may see the dashboards."""
    if may_see(request.user):
        panels.append(HomePanel())


def add_side_panel(request: HttpRequest, response: Any) -> None:
    """Beside a page that is edited, for those who may see the dashboards. Wagtail has no hook for it.

    ``response`` is a template response that is not rendered yet.
    """
    context = getattr(response, "context_data", None) or {}
    page, panels = context.get("page"), context.get("side_panels")
    if isinstance(panels, list) and page is not None and page.pk and may_see(request.user):
        panels.append(PageSidePanel(page, request))


def _views_in(context: Mapping[str, Any]) -> Mapping[int, int]:
    """Of all pages of the table, read once and kept with it."""
    table = context["table"]
    found = getattr(table, "_mkt_views", None)
    if found is None:
        found = views_by_page([row.pk for row in table.data], last_days(PAGE_DAYS))
        table._mkt_views = found
    return found


def _chart(name: str, days: Days) -> Chart:
    return Chart(
        name,
        _("Page views per day"),
        [day_label(day) for day in days.views],
        [Series(_("Page views"), list(days.views.values()), 1, "bars")],
        heading=_("Day"),
    )
