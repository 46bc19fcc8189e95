from mkt_api.fields import Computed, RelatedMany
from mkt_api.resources import Resource, register

from .models import Article, Coin, Entry, Topic


@register
class Articles(Resource):
    """Articles of the test site."""

    name = "articles"
    model = Article
    fields = [
        "id",
        "title",
        "slug",
        "url",
        "detail_url",
        "date",
        "rank",
        "intro",
        Computed("minutes", columns=["words"]),
        "body",
    ]
    expand = [
        RelatedMany("writers", "writer_links__writer"),
        "topic",
        "topics",
        "tags",
        "picture",
        "see_also",
    ]
    detail_only = ["body"]
    filters = {
        "date": ["exact", "gte", "gt", "lte", "lt", "year", "month"],
        "rank": ["exact", "in", "gte", "isnull"],
        "title": ["exact", "icontains", "startswith", "in"],
        "topic": ["exact", "slug"],
        "topics": ["slug", "slug__in", "name__icontains"],
        "tags": ["name", "slug"],
    }
    order = ["-date", "title", "rank", "topic__name"]


@register
class Entries(Resource):
    """Entries of the test site."""

    name = "entries"
    model = Entry
    fields = [
        *("id", "title", "text", "number", "position", "score", "price", "day", "at", "clock"),
        *("key", "active", "data", "attachment", "topic", "topics", "tags", "url"),
    ]
    filters = {
        "title": ["exact", "contains", "iexact", "istartswith"],
        "number": ["exact", "gt", "lt", "in"],
        "score": ["exact", "gte"],
        "price": ["exact", "lte"],
        "day": ["exact", "gte", "day"],
        "at": ["exact", "gt", "lte"],
        "clock": ["gte"],
        "key": ["exact", "in"],
        "active": ["exact"],
        "topics": ["exact", "in"],
        "topic": ["isnull"],
    }
    order = [
        "number",
        "title",
        "position",
        "score",
        "price",
        "day",
        "at",
        "clock",
        "active",
        "topic__name",
    ]


@register
class Topics(Resource):
    """Topics that are not hidden."""

    name = "topics"
    model = Topic
    fields = ["id", "name", "slug", "articles"]
    order = ["name"]

    def get_queryset(self):
        return Topic.objects.filter(hidden=False)


@register
class Coins(Resource):
    name = "coins"
    model = Coin
    fields = ["code", "name"]
