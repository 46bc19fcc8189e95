"""What decides who sees what and is asked for by every request: the site, its roots, the private sections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Value
from django.http import HttpRequest
from wagtail.models import Collection, CollectionViewRestriction, Locale, PageViewRestriction, Site

from mkt_core.compat import get_page_model

from .access.identity import access_of
from .access.restrictions import opened_restrictions
from .remembered import recall

T = TypeVar("T")

_ATTRIBUTE = "_mkt_api_facts"


class Facts:
    """Facts of one request.

    Kept between requests where answers are kept too (see ``remembered``), and then no query is
    issued; otherwise each costs one query, when it is first used.
    """

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self._known: dict[str, Any] = {}

    @property
    def site(self) -> Site | None:
        """The site that the request was made to."""
        request: Any = self.request
        if not hasattr(request, "_wagtail_site"):
            values = self._fact("site", self._find_site, self._host)
            # Where Wagtail keeps it, for everything of Wagtail that asks later.
            request._wagtail_site = Site(**values["columns"]) if values else None
            if values:
                request._wagtail_site._state.adding = False
        found: Site | None = request._wagtail_site
        return found

    @property
    def site_key(self) -> int | None:
        """The primary key of that site; None where no site fits, and then nothing of a site does."""
        return None if self.site is None else self.site.pk

    @property
    def roots(self) -> list[str]:
        """Tree paths of the site's root page and, on sites in several languages, of its translations."""
        site = self.site
        if site is None:
            return []
        if getattr(settings, "WAGTAIL_I18N_ENABLED", False):
            return self._fact("roots", self._find_roots, str(site.pk))
        known = self._known.get("site")
        if known is not None:
            return [known["root"]]
        return [site.root_page.path]

    @property
    def private_pages(self) -> list[str]:
        """Tree paths of the pages at the top of sections with a view restriction."""
        found: list[str] = self._private["pages"]
        return found

    @property
    def private_collections(self) -> list[int]:
        """Keys of collections that have a view restriction or lie below one that has."""
        found: list[int] = self._private["collections"]
        return found

    @property
    def _private(self) -> dict[str, Any]:
        access = access_of(self.request)
        if access.sees_what_everybody_sees:
            return self._fact("private", _find_private)
        if access.sees_restricted:
            return {"pages": [], "collections": []}
        return self.once("private-to-others", self._find_private_to_others)

    @property
    def languages(self) -> dict[int, str]:
        """Key of a locale -> language code."""
        return dict(self._fact("languages", _find_languages))

    @property
    def _host(self) -> str:
        return f"{self.request.get_host()}|{self.request.get_port()}".lower()

    def once(self, name: str, find: Callable[[], T]) -> T:
        """What ``find()`` returned when ``name`` was first asked for in this request."""
        if name not in self._known:
            self._known[name] = find()
        found: T = self._known[name]
        return found

    def _fact(self, name: str, find: Callable[[], Any], key: str = "") -> Any:
        return self.once(name, lambda: recall(f"{name}:{key}", find))

    def _find_site(self) -> dict[str, Any] | None:
        site = Site.find_for_request(self.request)
        if site is None:
            return None
        names = [field.attname for field in Site._meta.concrete_fields]
        columns = {name: getattr(site, name) for name in names}
        # Wagtail fetches the root page together with the site.
        return {"columns": columns, "root": site.root_page.path}

    def _find_private_to_others(self) -> dict[str, Any]:
        return _find_private(
            [r.pk for r in opened_restrictions(self.request, PageViewRestriction)],
            [r.pk for r in opened_restrictions(self.request, CollectionViewRestriction)],
        )

    def _find_roots(self) -> list[str]:
        site = self.site
        assert site is not None
        pages: Any = get_page_model()._base_manager
        same = pages.filter(pk=site.root_page_id).values("translation_key")
        # The site's own root first: addresses of pages are looked up in this order.
        found = pages.filter(translation_key__in=same).values_list("pk", "path", named=True)
        return [row.path for row in sorted(found, key=lambda row: row.pk != site.root_page_id)]


def facts_of(request: HttpRequest) -> Facts:
    """The facts of a request; the same object each time."""
    facts = getattr(request, _ATTRIBUTE, None)
    if facts is None:
        facts = Facts(request)
        setattr(request, _ATTRIBUTE, facts)
    return facts


def _find_private(
    opened_pages: Sequence[int] = (), opened_collections: Sequence[int] = ()
) -> dict[str, Any]:
    """What is private in spite of the restrictions that are open; one query, and one more if a collection is."""
    pages: Any = get_page_model()._base_manager.order_by()
    of_pages, of_collections = Value("page"), Value("collection")
    closed = PageViewRestriction.objects.order_by().exclude(pk__in=opened_pages)
    # Wagtail asks the source of an alias for its restrictions.
    aliases = pages.filter(alias_of__view_restrictions__in=closed.values("pk"))
    collections = CollectionViewRestriction.objects.order_by().exclude(pk__in=opened_collections)
    rows = closed.values_list(of_pages, "page__path").union(
        aliases.values_list(of_pages, "path"),
        collections.values_list(of_collections, "collection__path"),
    )
    paths: dict[str, set[str]] = {"page": set(), "collection": set()}
    for kind, path in rows:
        paths[kind].add(path)
    return {
        "pages": _without_nested(paths["page"]),
        "collections": _collections_in(_without_nested(paths["collection"])),
    }


def _collections_in(paths: list[str]) -> list[int]:
    if not paths:
        return []
    every = Collection.objects.order_by("path").values_list("pk", "path")
    return [pk for pk, path in every if path.startswith(tuple(paths))]


def _find_languages() -> list[tuple[int, str]]:
    return list(Locale.all_objects.order_by("pk").values_list("pk", "language_code"))


def _without_nested(paths: set[str]) -> list[str]:
    found: list[str] = []
    for path in sorted(paths):
        if not (found and path.startswith(found[-1])):
            found.append(path)
    return found
