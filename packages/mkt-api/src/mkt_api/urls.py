"""URLs of the API; include them where the site likes: ``path("api/v1/", include("mkt_api.urls"))``."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from .endpoints.by_path import ByPathView
from .endpoints.export import ExportView
from .endpoints.menus import MenuView
from .endpoints.search import SearchView
from .endpoints.settings import SettingsView
from .openapi.views import DocsView, OpenApiView
from .pages.resource import PageResource
from .pages.views import PageDetailView, PageListView
from .preview.views import PreviewView
from .registry import Registry, registry
from .sync.views import SyncView
from .views import DetailView, IndexView, ListView, NotFoundView

app_name = "mkt_api"


def api_urlpatterns(registry: Registry) -> list[URLPattern]:
    """The URLs of one registry; fills and closes it."""
    patterns = [path("", IndexView.as_view(registry=registry), name="index")]
    for name in registry.resources:
        options = {"registry": registry, "name": name}
        of_list, of_one = views_of(registry, name)
        patterns += [
            path(f"{name}/", of_list.as_view(**options), name=f"{name}-list"),
            path(f"{name}/<str:pk>/", of_one.as_view(**options), name=f"{name}-detail"),
        ]
    if PageResource in registry.resources.values():
        patterns += [
            path(f"{name}/", view.as_view(registry=registry), name=name)
            for name, view in (
                ("by-path", ByPathView),
                ("search", SearchView),
                ("menus", MenuView),
                ("export", ExportView),
                ("sync", SyncView),
            )
        ]
    return [
        *patterns,
        path("preview/", PreviewView.as_view(registry=registry), name="preview"),
        # Where the documentation of wagtail-headless-preview has front ends look.
        path("page_preview/", PreviewView.as_view(registry=registry)),
        path("page_preview/<str:pk>/", PreviewView.as_view(registry=registry)),
        path("settings/", SettingsView.as_view(registry=registry), name="settings"),
        path("schema/", OpenApiView.as_view(registry=registry), name="schema"),
        path("openapi.json", OpenApiView.as_view(registry=registry), name="openapi"),
        path("docs/", DocsView.as_view(registry=registry), name="docs"),
        re_path(r"^(?P<path>[\s\S]*)\Z", NotFoundView.as_view(registry=registry), name="not-found"),
    ]


def views_of(registry: Registry, name: str) -> tuple[type[ListView], type[DetailView]]:
    """The views of a resource's list and of one of its objects."""
    if registry.resources[name] is PageResource:
        return PageListView, PageDetailView
    return ListView, DetailView


urlpatterns = api_urlpatterns(registry)
