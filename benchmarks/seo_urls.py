"""Addresses for ``seo.py``: those of the example project, and Wagtail's own sitemap."""

from django.urls import path
from wagtail.contrib.sitemaps.views import sitemap

from example.urls import urlpatterns as example_urls

urlpatterns = [path("wagtail-sitemap.xml", sitemap), *example_urls]
