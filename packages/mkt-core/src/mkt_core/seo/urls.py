"""``path("", include("mkt_core.seo.urls"))`` in the site's URLconf, in front of Wagtail's."""

from django.urls import path, re_path

from . import robots
from .sitemaps import views

app_name = "mkt_core_seo"

urlpatterns = [
    path("robots.txt", robots.robots_txt, name="robots_txt"),
    path("sitemap.xml", views.index, name="sitemap"),
    re_path(
        r"^sitemap-(?P<name>[a-z0-9_.]+)-(?P<number>[0-9]{1,6})\.xml$",
        views.section,
        name="sitemap_section",
    ),
    re_path(r"^sitemap-(?P<name>[a-z0-9_.]+)\.xml$", views.section, name="sitemap_section"),
]
