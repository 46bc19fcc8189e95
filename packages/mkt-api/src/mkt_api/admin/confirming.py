"""Pages of the admin that ask before they do something, and pages that show a secret once."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button


def shown_once(
    request: HttpRequest, *, title: Any, explanation: Any, label: Any, secrets: Any, back_url: str
) -> TemplateResponse:
    """A page with a secret to copy. No cache keeps it, and nobody can call it up again."""
    context = {
        "page_title": title,
        "header_title": title,
        "explanation": explanation,
        "label": label,
        "secrets": secrets,
        "back_url": back_url,
    }
    response = TemplateResponse(request, "mkt_api/admin/shown_once.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response


class ConfirmedActionView(WagtailAdminTemplateMixin, View):
    """GET asks, POST does. For users who may do ``permission`` ("change") with the object."""

    template_name = "mkt_api/admin/confirm.html"
    model: Any = None
    viewset: Any = None
    permission = "change"
    question: Any = ""
    button: Any = _("Yes, go on")
    header_icon = "warning"

    def dispatch(self, request: HttpRequest, pk: str, **kwargs: Any) -> HttpResponseBase:
        self.object = get_object_or_404(self.model, pk=unquote(pk))
        if not self.viewset.permission_policy.user_has_permission(request.user, self.permission):
            raise PermissionDenied
        return super().dispatch(request, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest) -> HttpResponse:
        answer = self.act()
        if isinstance(answer, HttpResponse):
            return answer
        messages.success(request, answer)
        return redirect(self.back_url)

    def act(self) -> Any:
        """Do it; a sentence for the user, or a page."""
        raise NotImplementedError

    @property
    def back_url(self) -> str:
        return reverse(self.viewset.get_url_name("index"))

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": self.back_url, "label": self.viewset.menu_label},
            {"url": "", "label": self.page_title, "sublabel": self.get_page_subtitle()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            question=self.question, button=self.button, back_url=self.back_url, **kwargs
        )


def action_button(viewset: Any, name: str, pk: Any, label: Any, icon: str, priority: int) -> Button:
    """A button in a row's or page's menu that leads to one of the pages above."""
    url = reverse(viewset.get_url_name(name), args=[quote(pk)])
    return Button(label, url=url, icon_name=icon, priority=priority)
