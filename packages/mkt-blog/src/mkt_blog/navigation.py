"""The tree of categories beside a listing, with how many posts each holds."""

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Count

from .models.terms import Category

if TYPE_CHECKING:
    from django.http import HttpRequest


def category_tree(blog: Any, request: "HttpRequest") -> list[Category]:
    """Root categories that hold posts of this blog, in two queries.

    Each category gets ``children_list``, ``url`` and ``post_count``, the number of posts in it
    and below it; a post in two categories of one branch counts for each of them. Categories
    without posts are left out.
    """
    counts: dict[int, int] = dict(
        blog.posts()
        .order_by()
        .filter(categories__isnull=False)
        .values_list("categories")
        .annotate(number=Count("pk", distinct=True))
    )
    categories = list(Category.objects.filter(locale_id=blog.locale_id)) if counts else []
    children: dict[int | None, list[Category]] = defaultdict(list)
    for category in categories:
        children[category.parent_id].append(category)
    base_url = blog.get_url(request) or ""

    def grow(category: Category) -> int:
        category.children_list = []
        total = counts.get(category.pk, 0)
        for child in children[category.pk]:
            if below := grow(child):
                total += below
                category.children_list.append(child)
        category.post_count = total
        category.url = (
            f"{base_url}{blog.reverse_subpage('category', kwargs={'path': category.path})}"
        )
        return total

    return [root for root in children[None] if grow(root)]
