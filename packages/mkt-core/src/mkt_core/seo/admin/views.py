"""Pages that search engines and social networks could show better."""

from __future__ import annotations

from typing import Any

import django_filters
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import HttpRequest
from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import ContentTypeFilter, WagtailFilterSet
from wagtail.admin.views.reports import PageReportView
from wagtail.models import Locale, Site, get_page_content_types

from ...compat import get_page_model, page_permission_policy
from ...spreadsheets import harmless_cell
from .problems import NOTHING, Problem, problems

URL_NAME = "mkt_core_seo_report"
RESULTS_URL_NAME = "mkt_core_seo_report_results"
PERMISSIONS = ["add", "change", "publish"]
_PREFIX = "seo_"


def _problem_choices() -> list[tuple[str, Any]]:
    return [(problem.name, problem.label) for problem in problems()]


class SeoReportFilterSet(WagtailFilterSet):
    problem = django_filters.MultipleChoiceFilter(
        label=_("Problem"), choices=_problem_choices, method="filter_problem"
    )
    content_type = ContentTypeFilter(
        label=_("Type"),
        queryset=lambda request: get_page_content_types(include_base_page_type=False),
    )
    site = django_filters.ModelChoiceFilter(
        label=_("Site"), queryset=lambda request: Site.objects.all(), method="filter_site"
    )
    locale = django_filters.ModelChoiceFilter(
        label=_("Locale"), queryset=lambda request: Locale.objects.all()
    )

    class Meta:
        model = get_page_model()
        fields = ["problem", "live", "content_type", "site", "locale"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not getattr(settings, "WAGTAIL_I18N_ENABLED", False):
            del self.filters["locale"]

    def filter_problem(self, pages: Any, name: str, values: list[str]) -> Any:
        """Pages that have any of the problems."""
        wanted = Q()
        for value in values:
            wanted |= Q(**{_column(value): True})
        return pages.filter(wanted)

    def filter_site(self, pages: Any, name: str, site: Site) -> Any:
        return pages.filter(path__startswith=site.root_page.path)


class SeoReportView(PageReportView):
    """All pages that the user may edit and that have a problem. A fixed number of queries, whatever their number."""

    page_title = _("Search engines")
    header_icon = "search"
    results_template_name = "mkt_core/seo/report_results.html"
    filterset_class = SeoReportFilterSet
    index_url_name = URL_NAME
    index_results_url_name = RESULTS_URL_NAME
    any_permission_required = PERMISSIONS
    list_export = ["title", "full_url", "problem_labels", "status_string", "content_type"]
    export_headings = {
        "title": _("Title"),
        "full_url": _("Address"),
        "problem_labels": _("Problems"),
        "status_string": _("Status"),
        "content_type": _("Type"),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.custom_field_preprocess: dict[str, Any] = {
            **PageReportView.custom_field_preprocess,
            "title": {self.FORMAT_CSV: harmless_cell, self.FORMAT_XLSX: str},
            "content_type": {self.FORMAT_CSV: _type_label, self.FORMAT_XLSX: _type_label},
        }

    @property
    def permission_policy(self) -> Any:
        return page_permission_policy()

    def get_filename(self) -> str:
        return "search-engines-report"

    def get_queryset(self) -> Any:
        pages = self.permission_policy.instances_user_has_permission_for(
            self.request.user, "change"
        ).filter(depth__gt=1)
        for problem in problems():
            condition = ExpressionWrapper(problem.condition(), output_field=BooleanField())
            pages = pages.annotate(**{_column(problem.name): condition})
        pages = pages.filter(_has_any(problems())).order_by("-live", "title", "pk")
        pages = pages.select_related("content_type", "locale").annotate_approved_schedule()
        self.queryset = pages.prefetch_workflow_states()
        return super().get_queryset()

    def decorate_paginated_queryset(self, object_list: Any) -> Any:
        for page in object_list:
            page.problem_list = [
                problem for problem in problems() if getattr(page, _column(problem.name))
            ]
            page.problem_labels = ", ".join(str(problem.label) for problem in page.problem_list)
        return object_list


def may_see(request: HttpRequest) -> bool:
    """Whoever may do something with a page."""
    return bool(page_permission_policy().user_has_any_permission(request.user, PERMISSIONS))


def _has_any(found: list[Problem]) -> Q:
    return Q(*((_column(problem.name), True) for problem in found), _connector=Q.OR) or NOTHING


def _column(name: str) -> str:
    return _PREFIX + name.replace("-", "_")


def _type_label(content_type: ContentType) -> str:
    model = content_type.model_class()
    return str(model._meta.verbose_name) if model else str(content_type)


urls = [
    path("reports/search-engines/", SeoReportView.as_view(), name=URL_NAME),
    path(
        "reports/search-engines/results/",
        SeoReportView.as_view(results_only=True),
        name=RESULTS_URL_NAME,
    ),
]
