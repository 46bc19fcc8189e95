"""Search in the posts of a blog."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import search_sqlite

if TYPE_CHECKING:
    from .querysets import PostQuerySet

# Of more posts than that nobody looks at the rest, and on SQLite the ranking of all of them would be slow.
CANDIDATES = 1000
# Backends give a meaning to quotes, stars and the like, and SQLite's fails on an open quote.
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True)
class Hits:
    """Primary keys of the posts that match, best first, and whether there may be more."""

    ranking: dict[int, int]
    capped: bool


def words_of(query: str) -> list[str]:
    """What is searched for; without anything that a backend would take for an operator."""
    return _WORDS.findall(query)


def find(blog: Any, model: Any, query: str) -> Hits | None:
    """The posts of the blog that match, through the search backend of the site; None without a word in the query.

    At most ``CANDIDATES`` are ranked. Who may see them is not looked at here.
    """
    words = words_of(query)
    if not words:
        return None
    # Backends cannot filter by everything that a queryset can, so visibility is decided
    # by the database and the ranking by the backend.
    posts = model.objects.live().in_blog(blog).only("pk")
    if search_sqlite.is_in_charge(posts):
        keys = search_sqlite.best(posts, words, CANDIDATES)
    else:
        keys = [hit.pk for hit in posts.search(" ".join(words))[:CANDIDATES]]
    ranking = {pk: position for position, pk in enumerate(keys)}
    return Hits(ranking, len(ranking) >= CANDIDATES)


def in_order(posts: "PostQuerySet", ranking: dict[int, int]) -> list[int]:
    """Those of the ranking that are among ``posts``, best first; one query."""
    visible = posts.order_by().filter(pk__in=ranking).values_list("pk", flat=True)
    return sorted(visible, key=ranking.__getitem__)
