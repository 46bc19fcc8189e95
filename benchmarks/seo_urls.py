"""Addresses for ``seo.py``: those of the example project, and Wagtail's own sitemap."""

from django.urls import path
from example.urls import urlpatterns as example_urls
from wagtail.contrib.sitemaps.views import sitemap

urlpatterns = [path("wagtail-sitemap.xml", sitemap), *example_urls]
