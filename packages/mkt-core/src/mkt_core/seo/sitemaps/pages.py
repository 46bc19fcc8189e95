"""Pages in sitemaps, one section for each type, in a fixed number of queries for each thousand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from wagtail.models import Site, get_page_models

from ...compat import get_page_model
from ..addresses import Addresses, has_own_addresses, overrides
from ..fields import image_fields, indexed
from .pictures import image_urls
from .sections import Extent, Section
from .translations import alternates_of
from .urls import Url

BATCH = 1000
_COLUMNS = ("pk", "path", "url_path", "translation_key", "locale_id")
_CHANGED = Coalesce("last_published_at", "first_published_at")


def page_sections(site: Site, request: HttpRequest) -> dict[str, Section]:
    """A section by name for each type of which the site shows pages. Four queries."""
    tree = Tree(site, request)
    shown = tree.of_site(get_page_model().objects.live())
    ids = shown.order_by().values_list("content_type_id", flat=True).distinct()
    types = {ContentType.objects.get_for_id(pk).model_class() for pk in ids}
    names = {model._meta.label_lower: model for model in get_page_models() if model in types}
    return {name: PageSection(model, tree) for name, model in sorted(names.items())}


class Tree:
    """The pages of one site as anybody may see them."""

    def __init__(self, site: Site, request: HttpRequest) -> None:
        self.site = site
        self.addresses = Addresses(request)

    def of_site(self, pages: Any) -> Any:
        """Those of ``pages`` on this site that everybody may see. Two queries, the first time."""
        return self.public(pages).filter(self._inside)

    def public(self, pages: Any) -> Any:
        """Those that no view restriction covers. One query, the first time."""
        return pages.exclude(self._private)

    @cached_property
    def _private(self) -> Q:
        private: Q = get_page_model().objects.private_q()
        return private

    @cached_property
    def _inside(self) -> Q:
        """Below the site's roots, but not below roots of other sites that stand among them."""
        roots = self.addresses.roots
        paths = self._paths([root.url_path for root in roots])
        own = [root for root in roots if root.site_id == self.site.pk and root.url_path in paths]
        inside = Q(pk__in=[])
        for root in own:
            below = Q(path__startswith=paths[root.url_path])
            for other in roots:
                if other not in own and other.url_path.startswith(root.url_path):
                    below &= ~Q(path__startswith=paths[other.url_path])
            inside |= below
        return inside

    def _paths(self, url_paths: list[str]) -> dict[str, str]:
        pages = get_page_model().objects.filter(url_path__in=url_paths)
        return dict(pages.values_list("url_path", "path"))


class PageSection(Section):
    """The pages of one type."""

    def __init__(self, model: Any, tree: Tree) -> None:
        self.model = model
        self.tree = tree

    def extent(self, site: Site, request: HttpRequest) -> Extent:
        """One query."""
        found = self.pages().order_by().aggregate(count=Count("pk"), lastmod=Max(_CHANGED))
        return Extent(found["count"], found["lastmod"])

    def urls(self, site: Site, request: HttpRequest, start: int, stop: int) -> Iterator[Url]:
        """For each thousand: the pages, their pictures, their translations. Types that say themselves where they are
        (``get_sitemap_urls``, ``get_url_parts``) are asked, page by page.
        """
        for batch in batches(self.pages(), start, stop, self._values):
            if self._asks_pages:
                for page in batch:
                    yield from map(Url.from_wagtail, page.get_sitemap_urls(request))
            else:
                yield from self._urls_of(batch)

    def pages(self) -> Any:
        """All that are shown, in the order of the tree."""
        pages = self.model.objects.filter(
            content_type=ContentType.objects.get_for_model(self.model)
        )
        # A live page whose text an alias shows is there itself.
        own = self.tree.of_site(indexed(pages)).exclude(alias_of__live=True)
        return own.order_by("path")

    @property
    def _asks_pages(self) -> bool:
        return has_own_addresses(self.model) or overrides(self.model, ["get_sitemap_urls"])

    def _values(self, pages: Any) -> Any:
        if self._asks_pages:
            return pages.defer_streamfields()
        return pages.annotate(changed=_CHANGED).values(
            *_COLUMNS, "changed", *(f"{name}_id" for name in image_fields(self.model))
        )

    def _urls_of(self, batch: Sequence[dict[str, Any]]) -> Iterator[Url]:
        addresses = self.tree.addresses
        images = image_urls(batch, image_fields(self.model), addresses)
        alternates = alternates_of(self.tree.public(self.model.objects.all()), batch, addresses)
        for row in batch:
            yield Url(
                addresses.full_url_of(row["url_path"]),
                row["changed"],
                images.get(row["pk"], ()),
                alternates.get(row["translation_key"], ()),
            )


def batches(pages: QuerySet[Any], start: int, stop: int, prepared: Any) -> Iterator[list[Any]]:
    """``pages`` from ``start`` to ``stop`` in lists of a thousand. The database counts once to ``start``, and goes on
    from the last path after that.
    """
    left = stop - start
    remaining = pages
    while left > 0:
        size = min(BATCH, left)
        batch = list(prepared(remaining)[start : start + size])
        if batch:
            yield batch
        if len(batch) < size:
            return
        last = batch[-1]
        remaining = pages.filter(path__gt=last["path"] if isinstance(last, dict) else last.path)
        left -= size
        start = 0
