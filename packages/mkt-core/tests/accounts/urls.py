from django.contrib.auth import authenticate, get_user_model, login
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpResponse
from django.urls import include, path
from wagtail.admin import urls as admin_urls


class FrontForm(AuthenticationForm):
    """A site's own, with words of its own."""


def by_hand(request):
    """A view without a form."""
    name, password = request.POST["name"], request.POST["password"]
    user = authenticate(request, username=name, password=password)
    if user is None:
        return HttpResponse("no", status=403)
    login(request, user)
    return HttpResponse("yes")


def basic(request):
    """Credentials with every request and no session, as APIs have it."""
    user = authenticate(
        request, username=request.headers["X-Name"], password=request.headers["X-Password"]
    )
    return HttpResponse("yes") if user else HttpResponse("no", status=401)


def two_ways(request):
    """A wrong password for one account, and then another way in for a second one, such as single sign-on."""
    authenticate(request, username="Erika", password="wrong")
    user = get_user_model().objects.get(username=request.GET["name"])
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return HttpResponse("yes")


async def async_basic(request):
    from django.contrib.auth import aauthenticate

    user = await aauthenticate(
        request, username=request.headers["X-Name"], password=request.headers["X-Password"]
    )
    return HttpResponse("yes") if user else HttpResponse("no", status=401)


class Drawn(HttpResponse):
    """Is rendered late, and of no template."""

    def render(self):
        self.content = "drawn"
        return self


urlpatterns = [
    path("admin/", include(admin_urls)),
    path(
        "login/",
        auth_views.LoginView.as_view(
            template_name="wagtailadmin/login.html", authentication_form=FrontForm, next_page="/"
        ),
    ),
    path("by-hand/", by_hand),
    path("two-ways/", two_ways),
    path("drawn/", lambda request: Drawn()),
    path("basic/", basic),
    path("async-basic/", async_basic),
]
