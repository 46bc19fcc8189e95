"""What the API shows of the blog. Found by mkt-api; without it, nobody imports this module.

``/posts/`` lists the posts of the first post class in INSTALLED_APPS, of ``mkt_blog.pages`` where
that is installed. Every other post class has a list of its own, called like the class's plural:
``class Story(PostMixin, Page)`` is listed at ``/storys/``, or with ``verbose_name_plural =
"stories"`` at ``/stories/``.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from mkt_api.fields import (
    Computed,
    Context,
    ImageObject,
    Json,
    PageUrl,
    RelatedCount,
    RelatedMany,
    RelatedOne,
    Row,
    Stream,
)
from mkt_api.fields.pages import Language
from mkt_api.query.filters import Filter
from mkt_api.resources import Resource, register
from mkt_api.visibility import note_next_change, public_pages

from .models import PostBase
from .post_models import post_models

READY_MADE = "mkt_blog_pages.postpage"


class HeroImage(ImageObject):
    """The main picture, with the alternative text that the post gives it."""

    columns = ("hero_alt",)

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        images = super().values(rows, context)
        return [
            {**image, "alt": row.hero_alt} if image and "alt" in image else image
            for row, image in zip(rows, images, strict=True)
        ]


def summary(row: Row) -> str:
    """The same as ``post.summary``."""
    return str(row.excerpt or row.body_summary)


def in_branch(posts: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Posts in a category or below it; the category is named by its slug or its whole path."""
    branch = Q(path=value) | Q(path__startswith=f"{value}/")
    if "/" not in value:
        # A path is made of slugs: a slug anywhere in it is the category or one above it.
        branch |= Q(path__endswith=f"/{value}") | Q(path__contains=f"/{value}/")
    return _having(posts, categories__in=posts.model.get_category_model().objects.filter(branch))


def with_tag(posts: QuerySet[Any], value: str) -> QuerySet[Any]:
    return _having(posts, tags__slug=value)


def by_author(posts: QuerySet[Any], value: str) -> QuerySet[Any]:
    return _having(posts, author_links__author__slug=value)


def _having(posts: QuerySet[Any], **conditions: Any) -> QuerySet[Any]:
    # By primary key, because a join would give a post once for each match.
    matches = posts.model._base_manager.filter(**conditions)
    return posts.filter(pk__in=matches.values("pk"))


class PostResource(Resource):
    """Published posts of the site, newest first."""

    fields = [
        "id",
        "title",
        "slug",
        # With dates in it where the blog wants them.
        PageUrl("url", columns=["url_path", "date"]),
        "detail_url",
        "date",
        "updated_at",
        "subtitle",
        Computed("summary", summary, columns=["excerpt", "body_summary"]),
        "reading_minutes",
        "word_count",
        "featured",
        "series_position",
        # The key of one of the categories; null means the first of them.
        "primary_category",
        "hero_caption",
        "headings",
        Stream("body", reads_as_stored=True),
    ]
    # Pictures of terms are keys, which /images/ answers: objects would cost a query for each kind of term.
    expand = [
        RelatedMany("authors", "author_links__author", fields=["id", "name", "slug", "photo"]),
        RelatedMany("categories", fields=["id", "name", "slug", "path", "image"]),
        RelatedMany("tags", fields=["name", "slug"]),
        RelatedOne("series", fields=["id", "title", "slug", "image"]),
        HeroImage("hero_image"),
    ]
    detail_only = ["headings", "body"]
    filters = {
        "date": ["exact", "gte", "gt", "lte", "lt", "year", "month"],
        "slug": ["exact", "in"],
        "featured": ["exact"],
        "category": Filter(
            apply=in_branch,
            description=_("Slug or path of a category; the categories below it are included."),
        ),
        "tag": Filter(apply=with_tag, description=_("Slug of a tag.")),
        "author": Filter(apply=by_author, description=_("Slug of an author.")),
        "series": ["slug"],
    }
    order = ["-date", "title", "updated_at"]
    # A post is seen from its date on.
    due = ["date"]

    def get_queryset(self) -> QuerySet[Any]:
        """Live, public and due, on the request's site."""
        posts: Any = self.model._default_manager.all()
        note_next_change(posts, "date")
        return public_pages(posts, self.request).filter(date__lte=timezone.now())


def named_post_models() -> Iterator[tuple[str, type[PostBase]]]:
    """Name of the list -> post class; the first one is "posts"."""
    models = sorted(post_models(), key=lambda model: model._meta.label_lower != READY_MADE)
    for position, model in enumerate(models):
        plural = slugify(str(model._meta.verbose_name_plural)) or model._meta.model_name
        yield ("posts" if position == 0 else str(plural)), model


def resource_class(name: str, model: type[PostBase]) -> type[PostResource]:
    """The resource of one post class."""
    fields = list(PostResource.fields)
    if hasattr(model, "seo_canonical"):
        # The base page of a site may have other fields for search engines.
        fields[-1:-1] = ["seo_canonical", "seo_noindex"]
    attributes: dict[str, Any] = {"name": name, "model": model, "fields": fields}
    attributes["__doc__"] = PostResource.__doc__
    return type(f"{model.__name__}Resource", (PostResource,), attributes)


def used_by(posts: type[PostResource], path: str) -> Any:
    """A queryset method: the terms of posts that may be seen; those of drafts are nobody's business."""

    def get_queryset(self: Resource) -> QuerySet[Any]:
        visible = posts(self.request).get_queryset().order_by()
        used = visible.filter(**{f"{path}__isnull": False}).values(path)
        return self.model._default_manager.filter(pk__in=used)

    return get_queryset


def term_resources(posts: type[PostResource]) -> Iterator[type[Resource]]:
    """The terms of the posts of one class, each with the number of its posts."""
    model: Any = posts.model
    name = posts.name
    yield type(
        "CategoryResource",
        (Resource,),
        {
            "__doc__": "Categories of posts.",
            "name": "categories",
            "model": model.get_category_model(),
            "fields": [
                *("id", "name", "slug", "path", "description", "parent"),
                Language("locale"),
                RelatedCount("posts", name, "categories"),
            ],
            "expand": ["image"],
            "filters": {
                "slug": ["exact", "in"],
                "path": ["exact", "startswith"],
                "parent": ["exact", "isnull"],
            },
            "order": ["path", "name", "sort_order", "id"],
        },
    )
    yield type(
        "AuthorResource",
        (Resource,),
        {
            "__doc__": "Authors of posts that may be seen.",
            "name": "authors",
            "model": model.get_author_model(),
            "fields": [
                *("id", "name", "slug", "role", "bio", "url"),
                Language("locale"),
                RelatedCount("posts", name, "author_links__author"),
            ],
            "expand": ["photo"],
            "filters": {"slug": ["exact", "in"], "name": ["icontains"]},
            "order": ["name", "slug", "id"],
            "open_to_relations": True,
            "get_queryset": used_by(posts, "author_links__author"),
        },
    )
    yield type(
        "SeriesResource",
        (Resource,),
        {
            "__doc__": "Series of posts that may be seen.",
            "name": "series",
            "model": model.get_series_model(),
            "fields": [
                *("id", "title", "slug", "description"),
                Language("locale"),
                RelatedCount("posts", name, "series"),
            ],
            "expand": ["image"],
            "filters": {"slug": ["exact", "in"], "title": ["icontains"]},
            "order": ["title", "slug", "id"],
            "open_to_relations": True,
            "get_queryset": used_by(posts, "series"),
        },
    )
    yield type(
        "TagResource",
        (Resource,),
        {
            "__doc__": "Tags of posts that may be seen.",
            "name": "tags",
            "model": model._meta.get_field("tags").related_model,
            "fields": ["id", "name", "slug", RelatedCount("posts", name, "tags")],
            "filters": {"slug": ["exact", "in"], "name": ["icontains"]},
            "order": ["name", "slug", "id"],
            "open_to_relations": True,
            "get_queryset": used_by(posts, "tags"),
        },
    )


for list_name, post_model in named_post_models():
    post_resource = register(resource_class(list_name, post_model))
    if list_name == "posts":
        for term_resource in term_resources(post_resource):
            register(term_resource, gives_way=True)
