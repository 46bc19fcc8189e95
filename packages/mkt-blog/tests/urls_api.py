"""Wagtail's own APIs, as their documentation mounts them."""

from django.urls import path
from wagtail import VERSION as WAGTAIL_VERSION
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import PagesAPIViewSet

from .urls import urlpatterns as urlpatterns_of_the_site

router = WagtailAPIRouter("wagtailapi")
router.register_endpoint("pages", PagesAPIViewSet)
urlpatterns = [path("api/v2/", router.urls), *urlpatterns_of_the_site]

if WAGTAIL_VERSION >= (8, 0):
    from wagtail.api.v3.urls import api

    urlpatterns.insert(0, path("api/v3/", api.urls))
