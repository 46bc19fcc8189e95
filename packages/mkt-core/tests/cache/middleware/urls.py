"""Views of every kind that a site may have; each response says how often its view has run."""

import itertools

from django.contrib import messages
from django.contrib.auth import get_user
from django.http import (
    FileResponse,
    Http404,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.middleware.csrf import get_token
from django.template import engines
from django.template.context_processors import debug
from django.urls import path
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.views.decorators.vary import vary_on_cookie

from mkt_core.cache import dont_cache

renders = itertools.count(1)


def text(request, extra=""):
    return HttpResponse(f"{next(renders)} {request.get_full_path()} {extra}")


def long(request):
    return HttpResponse(f"{next(renders)} " + "<p>lorem ipsum</p>" * 200)


def aware(change):
    def view(request):
        response = text(request)
        change(request, response)
        return response

    return view


def reads(read):
    return lambda request: text(request, str(read(request)))


def boom(request):
    raise RuntimeError("broken view")


def missing(request):
    next(renders)
    raise Http404


def language(request):
    return text(request, translation.get_language())


def logged_in_greeting(request):
    return f"user {request.user.pk} {request.user.username}"


async def async_text(request):
    return HttpResponse(f"{next(renders)} async")


def refused(request):
    dont_cache("visitor-name")
    return text(request)


def add_message(request):
    messages.info(request, "saved")
    return text(request)


def show_messages(request):
    return text(request, [str(message) for message in messages.get_messages(request)])


def set_session(request):
    request.session["name"] = "somebody"
    return text(request)


def login_redirect(request):
    return HttpResponseRedirect("/plain/")


def number(request, response):
    response["X-Request-ID"] = "7"
    response["X-Kept"] = "1"


def conditional(request):
    """Answers conditions itself, and depends on the address: nothing is stored."""
    response = HttpResponse(f"for {request.META['REMOTE_ADDR']}")
    response["ETag"] = '"own"'
    return get_conditional_response(request, '"own"', response=response) or response


VIEWS = {
    "plain": text,
    "long": long,
    "boom": boom,
    "missing": missing,
    "conditional": conditional,
    "language": language,
    "refused": refused,
    "async": async_text,
    "moved": lambda request: HttpResponsePermanentRedirect("/plain/?a=1"),
    "moved-away": lambda request: HttpResponsePermanentRedirect("https://elsewhere.example/"),
    "found": login_redirect,
    "streaming": lambda request: StreamingHttpResponse(iter([b"a", b"b"])),
    "file": lambda request: FileResponse(iter([b"a"])),
    "large": lambda request: HttpResponse(b"x" * 5000),
    "gone": lambda request: HttpResponse("gone", status=410),
    "forbidden": lambda request: HttpResponse("no", status=403),
    "userbar": reads(logged_in_greeting),
    "lazy-user": reads(lambda request: get_user(request).pk),
    "csrf": reads(get_token),
    "set-session": set_session,
    "read-session": reads(lambda request: request.session.get("name")),
    "add-message": add_message,
    "show-messages": show_messages,
    "nonce": reads(lambda request: str(getattr(request, "_csp_nonce", None))),
    "address": reads(lambda request: request.META["REMOTE_ADDR"]),
    "forwarded": reads(lambda request: request.headers.get("X-Forwarded-For")),
    "cookie": reads(lambda request: request.COOKIES.get("colour")),
    "cookies": reads(lambda request: sorted(request.COOKIES)),
    "csrf-cookie": reads(lambda request: request.COOKIES.get("csrftoken")),
    "htmx": reads(lambda request: request.headers.get("HX-Request")),
    "agent": reads(lambda request: request.headers.get("User-Agent")),
    "vary-cookie": vary_on_cookie(text),
    "vary-origin": aware(lambda request, response: patch_vary_headers(response, ["Origin"])),
    "vary-agent": aware(lambda request, response: patch_vary_headers(response, ["User-Agent"])),
    "vary-all": aware(lambda request, response: patch_vary_headers(response, ["*"])),
    "set-cookie": aware(lambda request, response: response.set_cookie("seen", "1")),
    "private": aware(lambda request, response: patch_cache_control(response, private=True)),
    "no-store": aware(lambda request, response: patch_cache_control(response, no_store=True)),
    "no-cache": aware(lambda request, response: patch_cache_control(response, no_cache=True)),
    "max-age-0": aware(lambda request, response: patch_cache_control(response, max_age=0)),
    "max-age-9": aware(lambda request, response: patch_cache_control(response, max_age=9)),
    "header-id": aware(number),
}


def debug_template(request):
    template = engines["django"].from_string("{% if debug %}for developers{% endif %}")
    return HttpResponse(template.render(debug(request), request))


urlpatterns = [
    path("debug-template/", debug_template),
    *(path(f"{name}/", view, name=name) for name, view in VIEWS.items()),
    path("echo/<path:path>", lambda request, path: text(request)),
]
