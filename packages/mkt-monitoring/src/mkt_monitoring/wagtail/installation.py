"""Connect to the parts of Wagtail that the site has."""

from __future__ import annotations

from importlib import import_module

from django.apps import apps

#: Module of this folder to the app that it needs.
PARTS = {
    "editing": "wagtail",
    "state": "wagtail",
    "visits": "django.contrib.auth",
    "images": "wagtail.images",
    "search": "wagtail.search",
}


def install() -> None:
    for name, app in PARTS.items():
        if apps.is_installed(app):
            module = import_module(f".{name}", __package__)
            if hasattr(module, "install"):
                module.install()
