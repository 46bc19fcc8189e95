"""The page of the response cache in the Wagtail admin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import ModelLogEntry, PageLogEntry

from ..counting import Figures, figures
from ..services import PURGE_ACTION, PURGE_PERMISSION
from ..store import get_store
from .forms import PurgeEverythingForm, PurgePageForm, PurgeTagsForm
from .reasons import EXPLANATIONS

URL_NAME = "mkt_core_response_cache"
LOG_ENTRIES = 5


class ResponseCacheView(WagtailAdminTemplateMixin, View):
    """How the cache has done over the last day, and three ways to purge it.

    A dozen queries at most, those of the admin's own frame included.
    """

    template_name = "mkt_core/cache/admin.html"
    page_title = _("Response cache")
    header_icon = "resubmit"
    forms = {"page": PurgePageForm, "tags": PurgeTagsForm, "everything": PurgeEverythingForm}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_purge(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.render_to_response(self.get_context_data(**self._forms()))

    def post(self, request: HttpRequest) -> HttpResponse:
        name = request.POST.get("purge", "")
        if name not in self.forms:
            return redirect(URL_NAME)
        form = self.forms[name](request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(**self._forms(name, form)))
        messages.success(request, form.purge(request.user))
        return redirect(URL_NAME)

    def _forms(self, name: str = "", invalid: Form | None = None) -> dict[str, Form]:
        fresh = {f"{key}_form": form() for key, form in self.forms.items()}
        return fresh if invalid is None else {**fresh, f"{name}_form": invalid}

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        last_day = figures()
        return super().get_context_data(
            status=get_store().status(),
            hit_rate=None if last_day.hit_rate is None else last_day.hit_rate * 100,
            figures=last_day,
            bypasses=list(_explained(last_day)),
            media=sum((kwargs[f"{name}_form"].media for name in self.forms), start=Form().media),
            log_entries=_log_entries(),
            history_url=f"{reverse('wagtailadmin_reports:site_history')}?action={PURGE_ACTION}",
            **kwargs,
        )


def may_purge(user: Any) -> bool:
    """Whether the page is for this user."""
    return bool(user.has_perm(PURGE_PERMISSION))


def _explained(last_day: Figures) -> Iterator[dict[str, Any]]:
    for reason, number in last_day.bypasses.items():
        words = EXPLANATIONS.get(reason, _("The site’s own code says so."))
        yield {"reason": reason, "explanation": words, "requests": number}


def _log_entries() -> list[Any]:
    """The last purges by hand, the newest first."""
    entries: list[Any] = []
    for model in (ModelLogEntry, PageLogEntry):
        found = model.objects.filter(action=PURGE_ACTION).select_related("user")
        entries += found.order_by("-timestamp")[:LOG_ENTRIES]
    return sorted(entries, key=lambda entry: entry.timestamp, reverse=True)[:LOG_ENTRIES]
