"""Views with limits, and the URLs of a site that has limits of its own."""

from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.views import View

from mkt_core.ratelimit import Rule, rate_limit

TWO = Rule("two", 2, 3600)


@rate_limit(TWO, methods=["POST"])
def posting(request):
    return HttpResponse("done")


@rate_limit(TWO)
async def asynchronous(request):
    return HttpResponse("done")


@rate_limit(TWO, by="user")
def per_user(request):
    return HttpResponse("done")


@rate_limit(TWO, by="user")
async def per_user_async(request):
    return HttpResponse("done")


@rate_limit(TWO, by="header:X-API-Key")
def per_key(request):
    return HttpResponse("done")


@rate_limit(TWO, by=lambda request: request.GET.get("who"))
def per_argument(request):
    return HttpResponse("done")


@rate_limit(TWO, block=False)
def informed(request):
    return HttpResponse(str(request.rate_limited))


@rate_limit(Rule("weighed", 10, 3600), cost=lambda request: int(request.GET["cost"]))
def weighed(request):
    return HttpResponse("done")


@rate_limit(Rule("outer", 100, 3600))
@rate_limit(TWO)
def twice(request):
    return HttpResponse("done")


@rate_limit(Rule("guarded", 2, 60, on_failure="closed"))
def guarded(request):
    return HttpResponse("done")


@method_decorator(rate_limit(TWO), name="dispatch")
class ClassView(View):
    def get(self, request):
        return HttpResponse("done")


class AsyncClassView(View):
    async def get(self, request):
        return HttpResponse("done")


@method_decorator(rate_limit(TWO), name="dispatch")
class WronglyDecoratedView(AsyncClassView):
    pass


def plain(request, rest=""):
    return HttpResponse("done")


urlpatterns = [
    path("posting/", posting),
    path("asynchronous/", asynchronous),
    path("per-user/", per_user),
    path("per-user-async/", per_user_async),
    path("per-key/", per_key),
    path("per-argument/", per_argument),
    path("informed/", informed),
    path("weighed/", weighed),
    path("twice/", twice),
    path("guarded/", guarded),
    path("class/", ClassView.as_view()),
    path("async-class/", rate_limit(TWO)(AsyncClassView.as_view())),
    path("wrongly-decorated/", WronglyDecoratedView.as_view()),
    path("plain/<path:rest>", plain),
]


def by_tenant(request):
    """A site's own way to tell who it is."""
    return request.headers.get("X-Tenant")


def by_account(request):
    """Another, which asks the database."""
    return str(get_user_model().objects.get(username=request.headers["X-Name"]).pk)


def accounts(request):
    """A context processor that does so as well, as a menu would."""
    return {"accounts": get_user_model().objects.count()}
