"""The one place where versions of Django and Wagtail are told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django
import swapper
import wagtail

try:
    from django.tasks import task
    from django.tasks.base import Task
except ImportError:  # Django 5.2: the backport, which Wagtail itself requires.
    from django_tasks import task  # type: ignore[no-redef]
    from django_tasks.base import Task  # type: ignore[assignment]

if TYPE_CHECKING:
    from wagtail.models import Page

__all__ = [
    "DJANGO_6_0",
    "DJANGO_6_1",
    "WAGTAIL_8",
    "Task",
    "get_page_base",
    "get_page_model",
    "is_page_swapped",
    "page_link_name",
    "page_model_name",
    "page_permission_policy",
    "task",
]

DJANGO_6_0: bool = django.VERSION >= (6, 0)
DJANGO_6_1: bool = django.VERSION >= (6, 1)
WAGTAIL_8: bool = wagtail.VERSION >= (8, 0)

# The setting is WAGTAIL_PAGE_MODEL, not the WAGTAILCORE_PAGE_MODEL that swapper would make of the app label.
swapper.set_app_prefix("wagtailcore", "wagtail")


def page_model_name() -> str:
    """``"app_label.Model"`` of the site's base page, for foreign keys; may be called while models load."""
    return str(swapper.get_model_name("wagtailcore", "Page"))


def is_page_swapped() -> bool:
    """Whether the site has its own base page (Wagtail 8 and newer); may be called while models load."""
    return bool(swapper.is_swapped("wagtailcore", "Page"))


def get_page_model() -> type[Page]:
    """The site's base page model. Only once all models are loaded."""
    model: type[Page] = swapper.load_model("wagtailcore", "Page")
    return model


def get_page_base() -> type[Any]:
    """The class that every page of every site is an instance of. Only once all models are loaded."""
    if WAGTAIL_8:
        from wagtail.models import AbstractPage

        base: type[Any] = AbstractPage
        return base
    return get_page_model()


def page_permission_policy() -> Any:
    """Who may do what with pages. Only once all apps are ready."""
    if WAGTAIL_8:
        from wagtail.permissions import policy_registry

        return policy_registry.get_by_type(get_page_model())
    from wagtail.permissions import page_permission_policy as policy

    return policy


def page_link_name() -> str:
    """Name of the link from a page type to its base page: ``page_ptr`` unless the site swapped the base page."""
    return f"{get_page_model()._meta.model_name}_ptr"
