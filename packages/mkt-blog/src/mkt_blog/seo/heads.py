"""What the heads of posts and listings say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from mkt_core.seo import Crumb, Seo

if TYPE_CHECKING:
    from django.core.paginator import Page

    from ..listing import Listing
    from ..models import BlogIndexMixin, CategoryBase, PostBase


def post_seo(post: PostBase) -> Seo:
    """A post where its editor has said nothing: its main picture, or else the blog's default one.

    No query after ``post_context()``, but one for the default picture.
    """
    properties = [("article:published_time", post.date.isoformat())]
    if post.updated_at:
        properties.append(("article:modified_time", post.updated_at.isoformat()))
    if post.pk is not None:
        if category := post.main_category:
            properties.append(("article:section", category.name))
        properties += [("article:tag", tag.name) for tag in post.tag_list]
    return Seo(
        description=post.summary,
        image=post.hero_image or _default_image(post.blog),
        image_alt=post.hero_alt if post.hero_image else "",
        type="article",
        properties=tuple(properties),
    )


def post_crumbs(post: PostBase, crumbs: list[Crumb], request: Any) -> list[Crumb]:
    """The way to a post, given without its category: that comes between the blog and the post, with those above it
    that are loaded. No query.
    """
    category = post.main_category if post.pk is not None else None
    if category is None or post.blog is None or len(crumbs) < 2:
        return crumbs
    above: list[Crumb] = []
    while category is not None:
        url = post.blog.route_url(request, "category", {"path": category.path})
        above.insert(0, Crumb(name=category.name, url=url))
        category = category._state.fields_cache.get("parent")
    return [*crumbs[:-1], *above, crumbs[-1]]


def blog_seo(blog: BlogIndexMixin) -> Seo:
    """A blog where its editor has said nothing. One query for the default picture, if there is one."""
    return Seo(description=blog.intro, image=_default_image(blog))


def listing_seo(context: dict[str, Any]) -> Seo:
    """A page of a listing, from its template context. Results of a search are not to be found themselves, nor is a
    listing without posts.
    """
    listing: Listing = context["listing"]
    # Found again by ``nodes``, when the head asks the blog page what is shown.
    context["blog"].shown_listing = context
    posts: Page = context["posts"]
    neighbours = Seo(
        page_number=posts.number,
        previous_url=context["previous_url"] or "",
        next_url=context["next_url"] or "",
    )
    if listing.axis == "index":
        # The blog page itself, whose editor has the say; its further pages are called by their numbers.
        title = paged_title(listing.title, posts.number) if posts.number > 1 else ""
        return Seo(title=title).or_else(neighbours)
    own = Seo(
        title=paged_title(listing.title, posts.number),
        description=listing.description if posts.number == 1 else "",
        canonical=context["listing_url"],
        noindex=True if listing.axis == "search" or not posts.object_list else None,
        image=_picture_of(listing.object),
        type="profile" if listing.axis == "author" else "",
        crumbs=tuple(_crumbs(listing, context["categories"])),
    )
    return own.or_else(neighbours)


def paged_title(title: str, number: int) -> str:
    """``title``, with the number of a further page."""
    return f"{title} – {_('page %(number)s') % {'number': number}}" if number > 1 else title


def _picture_of(term: Any) -> Any:
    """The photo of an author, the picture of a category or series; None of a tag."""
    return getattr(term, "photo", None) or getattr(term, "image", None)


def _default_image(blog: Any) -> Any:
    return blog.default_image if blog is not None and blog.default_image_id else None


def _crumbs(listing: Listing, categories: list[CategoryBase]) -> Iterator[Crumb]:
    """The categories above the one that is listed, from the root down, and what is listed."""
    if listing.axis == "category":
        yield from _category_crumbs(listing, categories)
    yield Crumb(name=listing.title, url=listing.url)


def _category_crumbs(listing: Listing, categories: list[Any]) -> Iterator[Crumb]:
    for category in categories:
        if category != listing.object and listing.object.path.startswith(f"{category.path}/"):
            yield Crumb(name=category.name, url=category.url)
            yield from _category_crumbs(listing, category.children_list)
