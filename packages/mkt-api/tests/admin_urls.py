"""The site with Wagtail's admin."""

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

from .urls import urlpatterns as site_urlpatterns

urlpatterns = [path("admin/", include(wagtailadmin_urls)), *site_urlpatterns]
