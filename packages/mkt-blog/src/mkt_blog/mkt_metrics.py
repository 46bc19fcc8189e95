"""The blog's metrics. Found by mkt-monitoring; without it, nobody imports this module."""

from collections.abc import Collection, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from prometheus_client.core import GaugeMetricFamily

from mkt_monitoring.events.popular import popular_page_ids
from mkt_monitoring.registry import collector, counter
from mkt_monitoring.reports.groupings import register_grouping

from .admin.relations import concrete_post_models
from .models import PostBase
from .popular import register_ranking
from .post_models import post_models
from .signals import post_published

# The name that the request metrics use for it, so that both can be joined.
PAGE_TYPE = "wagtail_page_type"

posts_published = counter(
    "mkt_blog_posts_published_total", "Posts published for the first time.", [PAGE_TYPE]
)


def count_publication(sender: type[PostBase], **kwargs: Any) -> None:
    posts_published.labels(sender._meta.label_lower).inc()


@collector(ttl_seconds=60, name="mkt_blog.live_posts")
def live_posts() -> Iterator[GaugeMetricFamily]:
    """How many posts visitors can read now; two queries for each class of posts."""
    posts = GaugeMetricFamily(
        "mkt_blog_live_posts", "Posts that are live, public and due.", labels=[PAGE_TYPE]
    )
    for model in post_models():
        posts.add_metric([model._meta.label_lower], model.objects.published().count())
    yield posts


def authors_of(keys: Collection[int]) -> dict[int, list[str]]:
    """The authors of posts, for the dashboard of content; one query for each class of posts."""
    found: dict[int, list[str]] = {}
    for model in concrete_post_models():
        links: Any = model._meta.get_field("author_links").related_model
        rows = links._default_manager.filter(post__in=keys).select_related("author")
        for link in rows.order_by("sort_order", "pk"):
            found.setdefault(link.post_id, []).append(str(link.author))
    return found


def categories_of(keys: Collection[int]) -> dict[int, list[str]]:
    """The same with their categories."""
    found: dict[int, list[str]] = {}
    for model in concrete_post_models():
        rows = model._default_manager.filter(pk__in=keys, categories__isnull=False)
        for key, name in rows.order_by().values_list("pk", "categories__name"):
            found.setdefault(key, []).append(name)
    return found


register_grouping("authors", _("Authors"), authors_of)
register_grouping("categories", _("Categories"), categories_of)
register_ranking(popular_page_ids)

# From the start, so that the first publication is an increase and not the birth of the series.
for model in post_models():
    posts_published.labels(model._meta.label_lower)

post_published.connect(count_publication, dispatch_uid="mkt_blog.count_publication")
