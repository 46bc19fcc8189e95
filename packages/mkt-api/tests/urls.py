from django.http import HttpResponse
from django.urls import include, path
from wagtail import urls as wagtail_urls

from .site_api import SiteView

urlpatterns = [
    path("api/v1/", include("mkt_api.urls")),
    path("own/", SiteView.as_view()),
    path("elsewhere/", lambda request: HttpResponse("a page of the site")),
    path("", include(wagtail_urls)),
]
