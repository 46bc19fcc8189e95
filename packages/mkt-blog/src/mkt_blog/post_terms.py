"""Authors, categories and tags of many posts at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from copy import deepcopy
from typing import Any

from django.db.models import F, QuerySet

from .prepared import PreparedQuery
from .querysets import author_links
from .remembered import keep, pack, pack_all, recall, unpack


def attach_terms(posts: Sequence[Any]) -> None:
    """Give each post its authors (with photos) and categories. The posts must be of one class.

    Two queries for all posts that are not remembered, none for the others and for those that have them.
    """
    # One that was never saved, as in a preview, holds its relations itself.
    posts = [post for post in posts if post.pk is not None and not _has_terms(post)]
    keys = {post.pk: _key(post) for post in posts if not is_being_edited(post)}
    known = recall(*keys.values())
    missing = [post for post in posts if not _restore(post, known.get(keys.get(post.pk, "")))]
    load_terms([post for post in missing if post.pk in keys])
    found = {keys[post.pk]: _values(post) for post in missing if post.pk in keys}
    keep(found, since=known)


def load_terms(posts: Sequence[Any]) -> None:
    """Authors (with photos) and categories of saved posts, each in one query."""
    if not posts:
        return
    load_authors(posts)
    categories = _grouped(CATEGORIES.rows(type(posts[0]), posts=_keys(posts)), "_mkt_blog_post")
    for post in posts:
        fill(post, "categories", categories[post.pk])


def load_authors(posts: Sequence[Any]) -> None:
    """Authors (with photos) of saved posts, in one query."""
    if not posts:
        return
    links = _grouped(AUTHOR_LINKS.rows(type(posts[0]), posts=_keys(posts)), "post_id")
    for post in posts:
        for link in links[post.pk]:
            link.post = post
        fill(post, "author_links", links[post.pk])


def _keys(posts: Sequence[Any]) -> list[int]:
    return list(dict.fromkeys(post.pk for post in posts))


def _author_links(post_model: Any, posts: Sequence[int]) -> QuerySet[Any]:
    links: Any = author_links(post_model).queryset
    found: QuerySet[Any] = links.filter(post__in=posts)
    return found


def _categories(post_model: Any, posts: Sequence[int]) -> QuerySet[Any]:
    field = post_model._meta.get_field("categories")
    name = field.related_query_name()
    categories: QuerySet[Any] = field.related_model._default_manager.all()
    return categories.filter(**{f"{name}__in": posts}).annotate(_mkt_blog_post=F(name))


AUTHOR_LINKS = PreparedQuery(_author_links)
CATEGORIES = PreparedQuery(_categories)


def _has_terms(post: Any) -> bool:
    known = post.__dict__.get("_prefetched_objects_cache", {})
    return all(isinstance(known.get(name), Filled) for name in ("author_links", "categories"))


def _grouped(rows: Iterable[Any], key: str) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, key)].append(row)
    return groups


def is_being_edited(post: Any) -> bool:
    """Whether the post holds relations that are not saved, as in a preview: not for other readers' eyes."""
    return bool(getattr(post, "_cluster_related_objects", None))


def fill(instance: Any, relation: str, rows: Iterable[Any]) -> None:
    """Have ``instance.<relation>.all()`` return ``rows``, as after ``prefetch_related()``."""
    known = instance.__dict__.setdefault("_prefetched_objects_cache", {})
    known[relation] = Filled(instance, relation, list(rows))


class Filled(QuerySet[Any]):
    """The rows of a relation. Whoever wants others of it asks the relation itself.

    Its own queryset is made only then: Django makes a class for each.
    """

    def __init__(self, instance: Any, relation: str, rows: list[Any]) -> None:
        super().__init__(model=type(instance)._meta.get_field(relation).related_model)
        self._relation = instance, relation
        self._result_cache = rows
        self._prefetch_done = True

    def __getattr__(self, name: str) -> Any:
        # Methods of the relation's own querysets.
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._chain(), name)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Filled":
        instance, relation = self._relation
        return Filled(memo.get(id(instance), instance), relation, deepcopy(list(self), memo))

    def _chain(self) -> QuerySet[Any]:
        instance, relation = self._relation
        instance._prefetched_objects_cache.pop(relation, None)
        try:
            found: QuerySet[Any] = getattr(instance, relation).get_queryset()._chain()
        finally:
            instance._prefetched_objects_cache[relation] = self
        return found


def rows_of(instance: Any, relation: str) -> list[Any]:
    """What ``instance.<relation>.all()`` gives, without Django's way round where it is loaded."""
    filled = instance.__dict__.get("_prefetched_objects_cache", {}).get(relation)
    if isinstance(filled, Filled) and not is_being_edited(instance):
        return list(filled)
    return list(getattr(instance, relation).all())


def _key(post: Any) -> str:
    return f"terms:{post._meta.label_lower}:{post.pk}"


def _values(post: Any) -> dict[str, Any]:
    authors = [
        (pack(link), pack(link.author), pack(link.author.photo) if link.author.photo else None)
        for link in rows_of(post, "author_links")
    ]
    return {"authors": authors, "categories": pack_all(rows_of(post, "categories"))}


def _restore(post: Any, values: dict[str, Any] | None) -> bool:
    if values is None:
        return False
    try:
        links = [_link(post, *packed) for packed in values["authors"]]
        fill(post, "author_links", links)
        fill(post, "categories", map(unpack, values["categories"]))
    except (LookupError, TypeError):
        return False
    return True


def _link(post: Any, link: Any, author: Any, photo: Any) -> Any:
    found = unpack(link)
    found.author = unpack(author)
    found.author.photo = unpack(photo) if photo else None
    found.post = post
    return found
