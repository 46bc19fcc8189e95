from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap

from .models import anonymous_view, plain_view

urlpatterns = [
    path("", include("mkt_core.seo.urls")),
    path("wagtail-sitemap.xml", sitemap),
    path("admin/", include(wagtailadmin_urls)),
    path("search/", plain_view),
    path("anonymous/", anonymous_view),
    *i18n_patterns(path("", include(wagtail_urls)), prefix_default_language=False),
]
