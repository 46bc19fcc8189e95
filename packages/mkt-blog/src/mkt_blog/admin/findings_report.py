"""All posts in which there is something to look at."""

from collections.abc import Iterator
from typing import Any

import django_filters
from django.http import HttpRequest
from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.reports import PageReportView

from mkt_core.compat import get_page_model, page_permission_policy
from mkt_core.spreadsheets import harmless_cell

from .content_checks import CODES, Finding, check_posts
from .editorial import PERMISSIONS, add_authors_and_blogs, content_types
from .relations import concrete_post_models

URL_NAME = "mkt_blog_findings"
RESULTS_URL_NAME = "mkt_blog_findings_results"
# Published posts that are looked at, those that were edited last; each is read whole.
CHECKED_AT_MOST = 2_000


class FindingsFilterSet(WagtailFilterSet):
    finding = django_filters.MultipleChoiceFilter(
        label=_("Finding"), choices=CODES, method="filter_nothing"
    )

    class Meta:
        model = get_page_model()
        fields: list[str] = []

    def filter_nothing(self, pages: Any, name: str, values: list[str]) -> Any:
        """Only the posts themselves can tell; see the view."""
        return pages


class FindingsView(PageReportView):
    """Published posts with findings that the user may edit. A fixed number of queries."""

    page_title = _("Posts to look at")
    header_icon = "glasses"
    results_template_name = "mkt_blog/admin/findings_results.html"
    filterset_class = FindingsFilterSet
    index_url_name = URL_NAME
    index_results_url_name = RESULTS_URL_NAME
    any_permission_required = PERMISSIONS
    list_export = ["title", "finding_texts", "author_names", "blog_title", "full_url"]
    export_headings = {
        "title": _("Title"),
        "finding_texts": _("To look at"),
        "author_names": _("Authors"),
        "blog_title": _("Blog"),
        "full_url": _("Address"),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.findings: dict[int, list[Finding]] = {}
        harmless = {self.FORMAT_CSV: harmless_cell, self.FORMAT_XLSX: str}
        self.custom_field_preprocess: dict[str, Any] = {
            **PageReportView.custom_field_preprocess,
            **dict.fromkeys(self.list_export[:4], harmless),
        }

    @property
    def permission_policy(self) -> Any:
        return page_permission_policy()

    def get_filename(self) -> str:
        return "posts-to-look-at"

    def get_queryset(self) -> Any:
        pages = self.permission_policy.instances_user_has_permission_for(
            self.request.user, "change"
        )
        pages = pages.filter(content_type__in=content_types(), live=True)
        self.queryset = pages.order_by("-latest_revision_created_at", "-pk")
        return super().get_queryset()

    def get_filtered_queryset(self) -> Any:
        pages = super().get_filtered_queryset()
        keys = list(pages.values_list("pk", flat=True)[:CHECKED_AT_MOST])
        wanted = set(self.request.GET.getlist("finding")) & {code for code, _label in CODES}
        for post, found in check_posts(_posts(keys)):
            if found and (not wanted or wanted & {one.code for one in found}):
                self.findings[post.pk] = found
        return pages.filter(pk__in=self.findings)

    def decorate_paginated_queryset(self, object_list: Any) -> Any:
        pages = list(object_list)
        add_authors_and_blogs(pages)
        for page in pages:
            page.findings = self.findings[page.pk]
            page.finding_texts = " ".join(one.message for one in page.findings)
        return pages


def _posts(keys: list[int]) -> Iterator[Any]:
    """The posts themselves, one query for each class; they are not kept in memory all at once."""
    for model in concrete_post_models():
        yield from model._default_manager.filter(pk__in=keys).iterator(chunk_size=100)


class FindingsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(page_permission_policy().user_has_any_permission(request.user, PERMISSIONS))


def menu_item() -> MenuItem:
    return FindingsMenuItem(
        _("Posts to look at"),
        reverse_lazy(URL_NAME),
        name="posts-to-look-at",
        icon_name="glasses",
        order=60,
    )


urls = [
    path("reports/posts-to-look-at/", FindingsView.as_view(), name=URL_NAME),
    path(
        "reports/posts-to-look-at/results/",
        FindingsView.as_view(results_only=True),
        name=RESULTS_URL_NAME,
    ),
]
