"""What the API shows of Wagtail itself. A resource of the same name in another app takes its place."""

from __future__ import annotations

from django.apps import apps

from .builtin.sites import LocaleResource, SiteResource
from .pages.resource import PageResource
from .registry import register

register(PageResource, gives_way=True)
register(LocaleResource, gives_way=True)
register(SiteResource, gives_way=True)

if apps.is_installed("wagtail.images") and apps.is_installed("wagtail.documents"):
    from .builtin.media import document_resource, image_resource

    register(image_resource(), gives_way=True)
    register(document_resource(), gives_way=True)

if apps.is_installed("wagtail.contrib.redirects"):
    from .builtin.redirects import RedirectResource

    register(RedirectResource, gives_way=True)
