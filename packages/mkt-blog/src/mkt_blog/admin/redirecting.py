"""Old addresses of listings lead to new ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.urls import NoReverseMatch

from .relations import relations

# One redirect for each listing and each feed: a big branch is left to the site's own rules.
AT_MOST = 1_000


@dataclass(frozen=True, slots=True)
class ListingAddress:
    """Where a term was listed: ``route`` of a blog, and the path on its site that it had.

    ``leads_to`` is the term whose listing takes its place, None for the one that is kept.
    """

    blog: Any
    site_pk: int
    route: str
    path: str
    leads_to: Any = None


def addresses_of(term: Any, leads_to: Any = None) -> Iterator[ListingAddress]:
    """The listing and the feeds of a term in every live blog of its language; of a tag, which has none, in every blog.

    One query for each class of blogs.
    """
    found = relations(type(term))
    for blog in _blogs(found, getattr(term, "locale_id", None)):
        parts = blog.get_url_parts()
        if parts is None or parts[2] is None:
            continue
        axis = next(one.axis for one in found if one.post_model is blog.get_post_model())
        feeds = (f"{axis}_feed", f"{axis}_feed_atom", f"{axis}_feed_json")
        for route in (axis, *feeds):
            subpath = _subpath(blog, route, axis, term)
            if subpath is not None:
                yield ListingAddress(blog, parts[0], route, parts[2] + subpath, leads_to)


def redirect_listings(old: list[ListingAddress], kept: Any) -> int:
    """Make redirects from addresses that lead nowhere any more; returns how many."""
    if not apps.is_installed("wagtail.contrib.redirects"):
        return 0
    from wagtail.contrib.redirects.models import Redirect

    number = 0
    for address in old[:AT_MOST]:
        term = address.leads_to or kept
        term.refresh_from_db()
        axis = address.route.partition("_feed")[0]
        subpath = _subpath(address.blog, address.route, axis, term)
        path = Redirect.normalise_path(address.path)
        if subpath is None or address.path.endswith(f"/{subpath}"):
            continue
        Redirect.objects.update_or_create(
            old_path=path,
            site_id=address.site_pk,
            defaults={
                "redirect_page_id": address.blog.pk,
                "redirect_page_route_path": Redirect.normalise_page_route_path(f"/{subpath}"),
                "redirect_link": "",
                "is_permanent": True,
            },
        )
        number += 1
    return number


def _blogs(found: Any, locale_pk: int | None) -> Iterator[Any]:
    from ..models import BlogIndexMixin

    wanted = {relation.post_model for relation in found}
    for model in apps.get_models():
        if issubclass(model, BlogIndexMixin) and model.get_post_model() in wanted:
            blogs: Any = model._default_manager
            live = blogs.filter(live=True)
            yield from live if locale_pk is None else live.filter(locale=locale_pk)


def _subpath(blog: Any, route: str, axis: str, term: Any) -> str | None:
    """Path below the blog; None where it has no such route."""
    key = "path" if axis == "category" else "slug"
    try:
        return str(blog.reverse_subpage(route, kwargs={key: getattr(term, key)}))
    except NoReverseMatch:
        return None
