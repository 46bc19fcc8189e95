"""Search in the posts of a blog."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mkt_core.search.ranking import best_keys, words_of

if TYPE_CHECKING:
    from .querysets import PostQuerySet

# Of more posts than that nobody looks at the rest, and on SQLite the ranking of all of them would be slow.
CANDIDATES = 1000


@dataclass(frozen=True)
class Hits:
    """Primary keys of the posts that match, best first, and whether there may be more."""

    ranking: dict[int, int]
    capped: bool


def find(blog: Any, model: Any, query: str) -> Hits | None:
    """The posts of the blog that match, through the search backend of the site; None without a word in the query.

    At most ``CANDIDATES`` are ranked. Who may see them is not looked at here.
    """
    if not words_of(query):
        return None
    # Backends cannot filter by everything that a queryset can, so visibility is decided
    # by the database and the ranking by the backend.
    posts = model.objects.live().in_blog(blog).only("pk")
    keys = best_keys(posts, query, CANDIDATES)
    ranking = {pk: position for position, pk in enumerate(keys)}
    return Hits(ranking, len(ranking) >= CANDIDATES)


def in_order(posts: "PostQuerySet", ranking: dict[int, int]) -> list[int]:
    """Those of the ranking that are among ``posts``, best first; one query."""
    visible = posts.order_by().filter(pk__in=ranking).values_list("pk", flat=True)
    return sorted(visible, key=ranking.__getitem__)
