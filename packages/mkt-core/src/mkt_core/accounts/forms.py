"""What forms say when somebody has to wait."""

from __future__ import annotations

from math import ceil
from typing import Any

from django.contrib.auth.views import PasswordResetView
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..ratelimit import Decision
from .throttle import count_password_reset, logins_of


def waiting_time(seconds: float) -> str:
    """The words for it: "40 seconds", "5 minutes", "2 hours"; never less than it is."""
    if seconds <= 60:
        count = max(1, ceil(seconds))
        return ngettext("%(count)d second", "%(count)d seconds", count) % {"count": count}
    if seconds <= 3600:
        count = ceil(seconds / 60)
        return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}
    count = ceil(seconds / 3600)
    return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}


def message(refusal: Decision) -> str:
    """For people, in their language."""
    return _("Too many attempts. Try again in %(time)s.") % {
        "time": waiting_time(refusal.retry_after_seconds)
    }


def show_refusal(request: HttpRequest, response: Any) -> None:
    """Put the message into the form that ``response`` is about to show, whatever class it is of."""
    logins = logins_of(request)
    if logins is None or logins.refusal is None:
        return
    # Whatever has a method ``render`` comes here.
    form = (getattr(response, "context_data", None) or {}).get("form")
    if isinstance(form, BaseForm) and form.is_bound:
        errors = form.error_class([message(logins.refusal)], renderer=form.renderer)
        form.errors[NON_FIELD_ERRORS] = errors


def refuse(request: HttpRequest, view: Any, kwargs: dict[str, Any]) -> HttpResponseBase | None:
    """The answer to a request for a new password if there were too many; None to everything else."""
    view_class = getattr(view, "view_class", None)
    if not (isinstance(view_class, type) and issubclass(view_class, PasswordResetView)):
        return None
    refusal = count_password_reset(request, request.POST.get("email", ""))
    if refusal is None:
        return None
    instance = view_class(**view.view_initkwargs)
    instance.setup(request, **kwargs)
    form = instance.get_form()
    form.errors.clear()
    form.add_error(None, message(refusal))
    response = instance.render_to_response(instance.get_context_data(form=form), status=429)
    response.headers["Retry-After"] = str(ceil(refusal.retry_after_seconds))
    return response
