from django import forms
from django.http import HttpResponse
from django.template import engines
from django.urls import include, path
from django.views import View
from django.views.decorators.clickjacking import xframe_options_sameorigin
from wagtail.admin import urls as admin_urls
from wagtail.urls import urlpatterns as wagtail_urls

from mkt_core.security.csp import csp_override, csp_report_only_override
from mkt_core.security.headers import security_headers


def plain(request):
    return HttpResponse("plain")


async def aplain(request):
    return HttpResponse("plain")


class APlain(View):
    async def get(self, request):
        return HttpResponse("plain")


def render(source, request, **context):
    return HttpResponse(engines["django"].from_string(source).render(context, request))


def with_nonce(request):
    return render("{% load mkt_csp %}<script {% csp_nonce_attr %}>1</script>", request)


class DateForm(forms.Form):
    class Media:
        css = {"all": ["form.css"]}
        js = ["form.js", forms.widgets.Script("own.js", defer=True)]


def with_media(request):
    return render("{% load mkt_csp %}{% csp_nonce_attr form.media %}", request, form=DateForm())


def own_header(request):
    names = ("Content-Security-Policy", "Permissions-Policy", "Cross-Origin-Resource-Policy")
    return HttpResponse("own", headers=dict.fromkeys(names, "own"))


VIEWS = {
    "plain": plain,
    "aplain": aplain,
    "with-nonce": with_nonce,
    "with-media": with_media,
    "own-header": own_header,
    "override": csp_override({"default-src": ["'self'"]})(plain),
    "aoverride": csp_override({"default-src": ["'self'"]})(aplain),
    "class-override": csp_override({"default-src": ["'self'"]})(APlain.as_view()),
    "no-policy": csp_override({})(csp_report_only_override({})(plain)),
    "framed": xframe_options_sameorigin(plain),
    "shared": security_headers(resource="cross-origin")(plain),
    "ashared": security_headers(resource="cross-origin")(aplain),
    "class-shared": security_headers(resource="cross-origin")(APlain.as_view()),
    "declined": security_headers(resource=None, permissions=None)(plain),
    "camera": security_headers(permissions={"camera": ["self"]})(plain),
}

urlpatterns = [
    path("", include("mkt_core.urls")),
    path("admin/", include(admin_urls)),
    *(path(f"{name}/", view) for name, view in VIEWS.items()),
    path("pages/", include(wagtail_urls)),
]
