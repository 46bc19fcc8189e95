"""What the blog adds to the Wagtail admin."""

from typing import Any

from django.urls import path
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.staticfiles import versioned_static
from wagtail.snippets.models import register_snippet

from .admin import calendar, findings_report, pickers
from .admin.banners import add_schedule_banner, warn_in_blog
from .admin.bulk_actions import MergeBulkAction, MergeTagsBulkAction
from .admin.deletion import refuse_deletion
from .admin.findings import tell_findings
from .viewsets import BlogViewSetGroup

register_snippet(BlogViewSetGroup)
hooks.register("register_bulk_action", MergeBulkAction)
hooks.register("register_bulk_action", MergeTagsBulkAction)
hooks.register("before_delete_snippet", refuse_deletion)
hooks.register("construct_homepage_panels", add_schedule_banner)
hooks.register("construct_explorer_page_queryset", warn_in_blog)
hooks.register("after_create_page", tell_findings)
hooks.register("after_edit_page", tell_findings)


@hooks.register("insert_global_admin_css")
def admin_styles() -> str:
    return format_html(
        '<link rel="stylesheet" href="{}">', versioned_static("mkt_blog/admin/admin.css")
    )


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    return [
        path(
            "blog/terms/<str:app_label>/<str:model_name>/",
            pickers.search_terms,
            name=pickers.URL_NAME,
        ),
        *calendar.urls,
        *findings_report.urls,
    ]


@hooks.register("register_reports_menu_item")
def register_calendar() -> MenuItem:
    return calendar.menu_item()


@hooks.register("register_reports_menu_item")
def register_findings_report() -> MenuItem:
    return findings_report.menu_item()
