"""Search in the posts of a blog."""

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .querysets import PostQuerySet

# On SQLite a word that stands in every post makes the ranking of all of them slow.
CANDIDATES = 1000
# Backends give a meaning to quotes, stars and the like, and SQLite's fails on an open quote.
_WORDS = re.compile(r"\w+")


def search_posts(blog: Any, posts: "PostQuerySet", query: str) -> Any:
    """Those of ``posts`` that match, best first, through the search backend of the site.

    An empty query matches nothing. At most ``CANDIDATES`` posts of the blog are ranked.
    """
    words = " ".join(_WORDS.findall(query))
    if not words:
        return posts.none()
    # Backends cannot filter by everything that a queryset can, so visibility is decided
    # by the database and the ranking by the backend.
    hits = posts.model.objects.live().in_blog(blog).search(words)[:CANDIDATES]
    ranking = {hit.pk: position for position, hit in enumerate(hits)}
    visible = posts.filter(pk__in=ranking)
    return sorted(visible, key=lambda post: ranking[post.pk])
