"""The page of a search: what was found, and how it can be narrowed."""

from typing import TYPE_CHECKING, Any

from django.db.models import Case, IntegerField, Value, When
from django.utils.translation import gettext as _

from .facets import facets_of, narrowed
from .listing import Listing
from .search import find, in_order

if TYPE_CHECKING:
    from django.http import HttpRequest


class RankedPosts:
    """Posts in the order of a ranking, of which only what is sliced is loaded: one query."""

    def __init__(self, posts: Any, ranked: list[int]) -> None:
        self.posts = posts
        self.ranked = ranked

    def __len__(self) -> int:
        return len(self.ranked)

    def __getitem__(self, part: slice) -> list[Any]:
        keys = self.ranked[part]
        if not keys:
            return []
        order = Case(
            *(When(pk=key, then=Value(position)) for position, key in enumerate(keys)),
            output_field=IntegerField(),
        )
        return list(self.posts.prefetch_related(None).filter(pk__in=keys).order_by(order))


def search_listing(
    blog: Any, request: "HttpRequest", query: str, filters: dict[str, str]
) -> Listing:
    """What matches the words and the filters. Without words, all that the filters leave, newest first."""
    posts = blog.posts(request=request)
    url = blog.route_url(request, "search")
    hits = find(blog, posts.model, query)
    found = narrowed(blog, posts, filters)
    if hits is not None:
        found = found.filter(pk__in=hits.ranking)
    elif query or not filters:
        found = found.none()
    facets = facets_of(blog, found, url, query, filters) if hits or filters else []
    listed = found.for_listing()
    if hits is not None:
        # Cards show the place in the text that was found, so the bodies of one page come with it.
        listed = listed.defer(None)
    return Listing(
        axis="search",
        title=_("Search: %(query)s") % {"query": query} if query else _("Search"),
        query=query,
        filters=filters,
        facets=facets,
        capped=hits is not None and hits.capped,
        posts=listed if hits is None else RankedPosts(listed, in_order(found, hits.ranking)),
        url=url,
    )
