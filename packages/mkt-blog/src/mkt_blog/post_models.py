"""Find the classes of posts and blogs that are installed."""

from typing import TYPE_CHECKING

from django.apps import apps

if TYPE_CHECKING:
    from .models import BlogIndexMixin, PostBase


def post_models() -> "list[type[PostBase]]":
    """Every concrete post class of this site, in the order of INSTALLED_APPS. No query."""
    from .models import PostBase

    return [model for model in apps.get_models() if issubclass(model, PostBase)]


def blog_models() -> "list[type[BlogIndexMixin]]":
    """Every concrete blog class of this site, in the order of INSTALLED_APPS. No query."""
    from .models import BlogIndexMixin

    return [model for model in apps.get_models() if issubclass(model, BlogIndexMixin)]
