"""Search in the posts of a blog."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .querysets import PostQuerySet

# On SQLite a word that stands in every post makes the ranking of all of them slow.
CANDIDATES = 1000


def search_posts(posts: "PostQuerySet", query: str) -> Any:
    """Posts that match, best first, through the search backend of the site.

    The backend is asked for keys only, so that it needs no index on what makes a post visible;
    an empty query matches nothing.
    """
    if not query:
        return posts.none()
    # Backends cannot filter by everything that a queryset can, so visibility is decided
    # by the database and the ranking by the backend.
    hits = posts.model.objects.live().search(query)[:CANDIDATES]
    ranking = {hit.pk: position for position, hit in enumerate(hits)}
    visible = posts.filter(pk__in=ranking)
    return sorted(visible, key=lambda post: ranking[post.pk])
