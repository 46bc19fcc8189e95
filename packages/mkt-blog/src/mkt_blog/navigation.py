"""The tree of categories beside a listing, with how many posts each holds."""

from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from .models import CategoryBase


def category_tree(blog: Any, request: "HttpRequest") -> "list[CategoryBase]":
    """Root categories that hold posts of this blog, in two queries.

    Each category gets ``children_list``, ``url`` and ``post_count``, the number of posts in it
    and below it, each post once. Categories without posts are left out.
    """
    posts_by_category: dict[int, set[int]] = defaultdict(set)
    for category_id, post_id in _category_post_pairs(blog):
        posts_by_category[category_id].add(post_id)
    if not posts_by_category:
        return []
    children: dict[int | None, list[Any]] = defaultdict(list)
    for category in (
        blog.get_post_model().get_category_model().objects.filter(locale_id=blog.locale_id)
    ):
        children[category.parent_id].append(category)
    base_url = blog.get_url(request) or ""

    def grow(category: Any) -> set[int]:
        category.children_list = []
        posts = posts_by_category[category.pk]
        for child in children[category.pk]:
            if below := grow(child):
                posts = posts | below
                category.children_list.append(child)
        category.post_count = len(posts)
        path = blog.reverse_subpage("category", kwargs={"path": category.path})
        category.url = f"{base_url}{path}"
        return posts

    return [root for root in children[None] if grow(root)]


def _category_post_pairs(blog: Any) -> "QuerySet[Any, tuple[int, int]]":
    posts = blog.posts().order_by().filter(categories__isnull=False)
    return posts.values_list("categories", "pk")
