"""The three ways to the same posts that ``api_list.py`` compares."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import include, path
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView
from wagtail import urls as wagtail_urls
from wagtail.api import APIField
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import PagesAPIViewSet

from mkt_blog.pages.models import PostPage
from mkt_core.compat import WAGTAIL_8


class AuthorItem(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    slug = serializers.CharField()


class CategoryItem(AuthorItem):
    path = serializers.CharField()


class TagItem(serializers.Serializer[Any]):
    name = serializers.CharField()
    slug = serializers.CharField()


class SeriesItem(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    title = serializers.CharField()
    slug = serializers.CharField()


class ImageItem(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    title = serializers.CharField()
    alt = serializers.CharField(source="default_alt_text")
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    url = serializers.CharField(source="file.url")


class PostItem(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    title = serializers.CharField()
    slug = serializers.CharField()
    url = serializers.SerializerMethodField()
    date = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    subtitle = serializers.CharField()
    summary = serializers.CharField()
    reading_minutes = serializers.IntegerField()
    featured = serializers.BooleanField()
    authors = AuthorItem(many=True)
    categories = CategoryItem(many=True, source="category_list")
    tags = TagItem(many=True, source="tag_list")
    series = SeriesItem()
    hero_image = ImageItem()

    def get_url(self, post: Any) -> str | None:
        url: str | None = post.get_full_url(self.context["request"])
        return url


class FullPostItem(PostItem):
    body = serializers.ReadOnlyField()


class PostsView(APIView):
    """As a developer who knows REST framework, Wagtail and the blog well would write it, without a count."""

    renderer_classes = [JSONRenderer]
    authentication_classes = []

    def posts(self, *, body: bool) -> Any:
        posts = PostPage.objects.published().select_related("hero_image", "series")
        posts = posts.prefetch_related("author_links__author", "categories", "tags")
        return posts if body else posts.defer("body")

    def get(self, request: Any, pk: int | None = None) -> Response:
        context = {"request": request._request}
        if pk is not None:
            post = self.with_bodies([self.posts(body=True).get(pk=pk)])[0]
            return Response(FullPostItem(post, context=context).data)
        body = "body" in request.query_params
        posts = self.posts(body=body).newest_first()[: int(request.query_params["limit"])]
        if not body:
            return Response({"items": PostItem(posts, many=True, context=context).data})
        serializer = FullPostItem(self.with_bodies(list(posts)), many=True, context=context)
        return Response({"items": serializer.data})

    def with_bodies(self, posts: list[Any]) -> list[Any]:
        """Load the pictures in the bodies of all posts together, not post by post."""
        block = PostPage._meta.get_field("body").stream_block
        streams = block.bulk_to_python([list(post.body.raw_data) for post in posts])
        for post, stream in zip(posts, streams, strict=True):
            # Past the descriptor, which would take the plain list for a stored value.
            post.__dict__["body"] = block.get_api_representation(stream, {})
        return posts


LIST_SQL = """
select p.id, p.title, p.slug, p.url_path, b.date, b.updated_at, b.subtitle,
       case when b.excerpt <> '' then b.excerpt else b.body_summary end, b.reading_minutes, b.featured,
       s.id, s.title, s.slug, i.id, i.title, coalesce(nullif(i.description, ''), i.title), i.width, i.height, i.file
       {body}
from mkt_blog_pages_postpage b
join wagtailcore_page p on p.id = b.page_ptr_id
left join mkt_blog_series s on s.id = b.series_id
left join wagtailimages_image i on i.id = b.hero_image_id
where p.live and b.date <= now() order by b.date desc, b.page_ptr_id desc limit %s
"""
AUTHORS_SQL = """
select l.post_id, a.id, a.name, a.slug from {authors} l join mkt_blog_author a on a.id = l.author_id
where l.post_id = any(%s) order by l.sort_order, l.id
"""
CATEGORIES_SQL = """
select l.postpage_id, c.id, c.name, c.slug, c.path from {categories} l
join mkt_blog_category c on c.id = l.category_id
where l.postpage_id = any(%s) order by c.sort_order, c.name, c.id
"""
TAGS_SQL = """
select l.content_object_id, t.name, t.slug from {tags} l join taggit_tag t on t.id = l.tag_id
where l.content_object_id = any(%s) order by l.id
"""
RELATIONS = {
    "authors": (AUTHORS_SQL, ("id", "name", "slug")),
    "categories": (CATEGORIES_SQL, ("id", "name", "slug", "path")),
    "tags": (TAGS_SQL, ("name", "slug")),
}


def raw_posts(request: Any) -> Any:
    """SQL written by hand and orjson: the least that a Python process can do. PostgreSQL only."""
    import json

    import orjson
    from django.db import connection
    from django.http import HttpResponse

    fields: Any = PostPage._meta.get_field
    tables = {
        "authors": fields("author_links").related_model._meta.db_table,
        "categories": PostPage.categories.through._meta.db_table,
        "tags": fields("tags").remote_field.through._meta.db_table,
    }
    with_body = "body" in request.GET
    with connection.cursor() as cursor:
        cursor.execute(
            LIST_SQL.format(body=", b.body" if with_body else ""), [int(request.GET["limit"])]
        )
        rows = cursor.fetchall()
        keys = [row[0] for row in rows]
        related: dict[str, dict[int, list[Any]]] = {}
        for name, (sql, columns) in RELATIONS.items():
            cursor.execute(sql.format(**tables), [keys])
            lists = related[name] = {key: [] for key in keys}
            for key, *values in cursor.fetchall():
                lists[key].append(dict(zip(columns, values, strict=True)))
    items = []
    for row in rows:
        item = dict(zip(RAW_KEYS, row[:10], strict=True))
        item["url"] = "http://testserver" + item["url"].removeprefix("/bench")
        item |= {name: lists[row[0]] for name, lists in related.items()}
        item["series"] = dict(zip(("id", "title", "slug"), row[10:13], strict=True))
        image = dict(zip(("id", "title", "alt", "width", "height", "url"), row[13:19], strict=True))
        item["hero_image"] = {**image, "url": f"/media/{image['url']}"}
        if with_body:
            item["body"] = json.loads(row[19])
        items.append(item)
    return HttpResponse(orjson.dumps({"items": items}), content_type="application/json")


RAW_KEYS = (
    *("id", "title", "slug", "url", "date", "updated_at", "subtitle"),
    *("summary", "reading_minutes", "featured"),
)


class PostsViewSet(PagesAPIViewSet):
    """API v2 on the blog's own class: its own columns in the list query, not one query per page."""

    model = PostPage

    def get_base_queryset(self) -> Any:
        return PostPage.objects.filter(pk__in=super().get_base_queryset().values("pk"))


class AuthorList(serializers.Field[Any, Any, Any, Any]):
    def to_representation(self, value: Any) -> Any:
        return AuthorItem(value, many=True).data


class CategoryList(serializers.Field[Any, Any, Any, Any]):
    def to_representation(self, value: Any) -> Any:
        return CategoryItem(value, many=True).data


PostPage.api_fields = [
    *(APIField(n) for n in ("date", "updated_at", "subtitle", "summary", "reading_minutes")),
    *(APIField(n) for n in ("featured", "tags", "series", "body")),
    APIField("author_items", serializer=AuthorList(source="authors")),
    APIField("category_items", serializer=CategoryList(source="category_list")),
    APIField("hero_item", serializer=ImageItem(source="hero_image")),
]

v3_urls = []
if WAGTAIL_8:
    from wagtail.api.v3.urls import api

    v3_urls = [path("v3/", api.urls)]

router = WagtailAPIRouter("wagtailapi")
router.register_endpoint("posts", PostsViewSet)

urlpatterns = [
    path("api/", include("mkt_api.urls")),
    path("v2/", router.urls),
    path("drf/", PostsView.as_view()),
    path("drf/<int:pk>/", PostsView.as_view()),
    path("raw/", raw_posts),
    *v3_urls,
    path("", include(wagtail_urls)),
]

assert not settings.MIDDLEWARE, "middleware would be measured along"
