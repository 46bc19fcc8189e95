"""The editors' calendar: what is planned, what is written, what grows old."""

from typing import Any

import django_filters
from django.db.models import Q
from django.http import HttpRequest
from django.urls import path, reverse, reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.reports import PageReportView

from mkt_core.compat import get_page_model, page_permission_policy
from mkt_core.spreadsheets import harmless_cell

from .editorial import PERMISSIONS, STATES, add_authors_and_blogs, editorial_posts
from .months import Month, weekdays
from .relations import concrete_post_models

URL_NAME = "mkt_blog_calendar"
RESULTS_URL_NAME = "mkt_blog_calendar_results"
# Posts in one table of a month; the list below it has all.
SHOWN_IN_A_MONTH = 500


def _author_choices() -> list[tuple[str, str]]:
    """``"app.Model:pk"`` and name of every author; one query for each class of authors."""
    models = dict.fromkeys(model.get_author_model() for model in concrete_post_models())
    return [
        (f"{model._meta.label}:{author.pk}", str(author))
        for model in models
        for author in model._default_manager.all()
    ]


def _blogs(request: HttpRequest) -> Any:
    """Pages right above the posts that the user may see."""
    paths = editorial_posts(request.user).order_by().values_list("path", flat=True)
    steplen = get_page_model().steplen
    above = {path[:-steplen] for path in paths.iterator()}
    return get_page_model()._default_manager.filter(path__in=above).order_by("title", "pk")


class CalendarFilterSet(WagtailFilterSet):
    state = django_filters.MultipleChoiceFilter(label=_("Status"), choices=STATES)
    blog = django_filters.ModelChoiceFilter(label=_("Blog"), queryset=_blogs, method="filter_blog")
    author = django_filters.ChoiceFilter(
        label=_("Author"), choices=_author_choices, method="filter_author"
    )

    class Meta:
        model = get_page_model()
        fields: list[str] = []

    def filter_blog(self, pages: Any, name: str, blog: Any) -> Any:
        return pages.child_of(blog)

    def filter_author(self, pages: Any, name: str, value: str) -> Any:
        label, _colon, key = value.rpartition(":")
        written = Q(pk__in=[])
        for model in concrete_post_models():
            if model.get_author_model()._meta.label == label:
                posts = model._default_manager.filter(author_links__author=key)
                written |= Q(pk__in=posts.values("pk"))
        return pages.filter(written)


class CalendarView(PageReportView):
    """A month as a table, and below it a list of all posts. A fixed number of queries, whatever their number."""

    page_title = _("Editorial calendar")
    header_icon = "calendar-alt"
    template_name = "mkt_blog/admin/calendar.html"
    results_template_name = "mkt_blog/admin/calendar_results.html"
    filterset_class = CalendarFilterSet
    index_url_name = URL_NAME
    index_results_url_name = RESULTS_URL_NAME
    any_permission_required = PERMISSIONS
    list_export = [
        *("title", "state_label", "moment", "expire_at", "author_names", "blog_title"),
        *("last_published_at", "latest_revision_created_at", "full_url"),
    ]
    export_headings = {
        "title": _("Title"),
        "state_label": _("Status"),
        "moment": _("Publication"),
        "expire_at": _("Expires"),
        "author_names": _("Authors"),
        "blog_title": _("Blog"),
        "last_published_at": _("Last published"),
        "latest_revision_created_at": _("Last edited"),
        "full_url": _("Address"),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        harmless = {self.FORMAT_CSV: harmless_cell, self.FORMAT_XLSX: str}
        texts = ("title", "author_names", "blog_title")
        self.custom_field_preprocess: dict[str, Any] = {
            **PageReportView.custom_field_preprocess,
            **dict.fromkeys(texts, harmless),
        }

    @property
    def permission_policy(self) -> Any:
        return page_permission_policy()

    @cached_property
    def month(self) -> Month:
        return Month.parse(self.request.GET.get("month", ""))

    def get_filename(self) -> str:
        return "editorial-calendar"

    def get_queryset(self) -> Any:
        self.queryset = editorial_posts(self.request.user).order_by("-moment", "-pk")
        return super().get_queryset()

    def decorate_paginated_queryset(self, object_list: Any) -> Any:
        pages = list(object_list)
        _label(pages)
        add_authors_and_blogs(pages)
        return pages

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if self.is_export:
            return context
        month = self.month
        posts = list(
            self.object_list.filter(moment__gte=month.start, moment__lt=month.end).order_by(
                "moment", "pk"
            )[:SHOWN_IN_A_MONTH]
        )
        _label(posts)
        return {
            **context,
            "month": month,
            "weeks": month.weeks(posts),
            "weekdays": weekdays(),
            "posts_in_month": len(posts),
            "calendar_url": reverse(URL_NAME),
            "previous_query": self._query(month.previous),
            "next_query": self._query(month.next),
        }

    def _query(self, month: Month) -> str:
        """The query string for another month with the same filters."""
        query = self.request.GET.copy()
        for name in ("p", "export", "_w_filter_fragment"):
            query.pop(name, None)
        query["month"] = str(month)
        return query.urlencode()


class CalendarMenuItem(MenuItem):
    """For those who may edit a page."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(page_permission_policy().user_has_any_permission(request.user, PERMISSIONS))


def menu_item() -> MenuItem:
    return CalendarMenuItem(
        _("Editorial calendar"),
        reverse_lazy(URL_NAME),
        name="editorial-calendar",
        icon_name="calendar-alt",
        order=50,
    )


def _label(pages: list[Any]) -> None:
    labels = dict(STATES)
    for page in pages:
        page.state_label = labels[page.state]


urls = [
    path("reports/editorial-calendar/", CalendarView.as_view(), name=URL_NAME),
    path(
        "reports/editorial-calendar/results/",
        CalendarView.as_view(results_only=True),
        name=RESULTS_URL_NAME,
    ),
]
