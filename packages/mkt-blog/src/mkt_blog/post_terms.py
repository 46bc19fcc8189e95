"""Authors, categories and tags of many posts at once."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import prefetch_related_objects

from .querysets import author_links
from .remembered import keep, pack, pack_all, recall, unpack


def attach_terms(posts: Sequence[Any], *, tags: bool = False) -> None:
    """Give each post its authors (with photos) and categories, and with ``tags=True`` its tags.

    Two queries (three with tags) for all posts that are not remembered, none for the others. The posts must be of one
    class.
    """
    # One that was never saved, as in a preview, holds its relations itself.
    posts = [post for post in posts if post.pk is not None]
    keys = {post.pk: _key(post, tags) for post in posts if not is_being_edited(post)}
    known = recall(*keys.values())
    missing = [post for post in posts if not _restore(post, known.get(keys.get(post.pk, "")), tags)]
    if missing:
        relations = ["categories", "tags"] if tags else ["categories"]
        prefetch_related_objects(missing, author_links(type(missing[0])), *relations)
        keep({keys[post.pk]: _values(post, tags) for post in missing if post.pk in keys})


def is_being_edited(post: Any) -> bool:
    """Whether the post holds relations that are not saved, as in a preview: not for other readers' eyes."""
    return bool(getattr(post, "_cluster_related_objects", None))


def fill(instance: Any, relation: str, rows: Iterable[Any]) -> None:
    """Have ``instance.<relation>.all()`` return ``rows``, as after ``prefetch_related()``."""
    queryset = getattr(instance, relation).get_queryset()
    queryset._result_cache = list(rows)
    queryset._prefetch_done = True
    if not hasattr(instance, "_prefetched_objects_cache"):
        instance._prefetched_objects_cache = {}
    instance._prefetched_objects_cache[relation] = queryset


def _key(post: Any, tags: bool) -> str:
    return f"terms:{post._meta.label_lower}:{post.pk}:{'tags' if tags else ''}"


def _values(post: Any, tags: bool) -> dict[str, Any]:
    authors = [
        (pack(link), pack(link.author), pack(link.author.photo) if link.author.photo else None)
        for link in post.author_links.all()
    ]
    values = {"authors": authors, "categories": pack_all(post.categories.all())}
    return values | {"tags": pack_all(post.tags.all())} if tags else values


def _restore(post: Any, values: dict[str, Any] | None, tags: bool) -> bool:
    if values is None:
        return False
    try:
        links = [_link(post, *packed) for packed in values["authors"]]
        fill(post, "author_links", links)
        fill(post, "categories", map(unpack, values["categories"]))
        if tags:
            fill(post, "tags", map(unpack, values["tags"]))
    except (LookupError, TypeError):
        return False
    return True


def _link(post: Any, link: Any, author: Any, photo: Any) -> Any:
    found = unpack(link)
    found.author = unpack(author)
    found.author.photo = unpack(photo) if photo else None
    found.post = post
    return found
