"""What the API shows of Wagtail itself. A resource of the same name in another app takes its place."""

from __future__ import annotations

from .pages.resource import PageResource
from .registry import register

register(PageResource, gives_way=True)
