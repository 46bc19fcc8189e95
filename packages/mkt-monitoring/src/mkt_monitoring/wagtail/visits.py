"""Documents, forms and log-ins."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.db.models.signals import post_save
from django.http import HttpRequest

from ..http.durations import NO_VERSION, version_label
from ..registry import counter

documents = counter("wagtail_documents_served_total", "Documents served.")
forms = counter("wagtail_form_submissions_total", "Forms submitted.", ["page_type"])
logins = counter("wagtail_logins_total", "Attempts to log in.", ["area", "result"])

ADMIN_NAMESPACES = frozenset({"admin", "wagtailusers"})


def count_document(sender: Any, **kwargs: Any) -> None:
    documents.inc()


def count_form(sender: Any, instance: Any, created: bool, raw: bool = False, **kwargs: Any) -> None:
    """The page is at hand: it has just made the submission."""
    if created and not raw:
        page = instance.page
        model = page.specific_class if hasattr(page, "specific_class") else type(page)
        forms.labels(model._meta.label_lower if model else "none").inc()


def count_login(sender: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
    logins.labels(area_of(request), "success").inc()


def count_failed_login(sender: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
    logins.labels(area_of(request), "failure").inc()


def area_of(request: HttpRequest | None) -> str:
    """Where somebody logs in: "admin", "api" or "site", by the route; "other" outside of a request."""
    match = getattr(request, "resolver_match", None)
    if match is None:
        return "other"
    if ADMIN_NAMESPACES & set(match.namespaces) or (match.url_name or "").startswith(
        "wagtailadmin"
    ):
        return "admin"
    return "site" if version_label(match) == NO_VERSION else "api"


def install() -> None:
    user_logged_in.connect(count_login, dispatch_uid="mkt_monitoring.count_login")
    user_login_failed.connect(count_failed_login, dispatch_uid="mkt_monitoring.count_failed_login")
    if apps.is_installed("wagtail.documents"):
        from wagtail.documents.models import document_served

        document_served.connect(count_document, dispatch_uid="mkt_monitoring.count_document")
    if apps.is_installed("wagtail.contrib.forms"):
        from wagtail.contrib.forms.models import AbstractFormSubmission

        for model in apps.get_models():
            if issubclass(model, AbstractFormSubmission):
                post_save.connect(count_form, sender=model, dispatch_uid="mkt_monitoring.forms")
