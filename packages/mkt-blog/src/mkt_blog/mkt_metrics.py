"""The blog's metrics. Found by mkt-monitoring; without it, nobody imports this module."""

from collections.abc import Iterator
from typing import Any

from prometheus_client.core import GaugeMetricFamily

from mkt_monitoring.registry import collector, counter

from .models import PostBase
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


# From the start, so that the first publication is an increase and not the birth of the series.
for model in post_models():
    posts_published.labels(model._meta.label_lower)

post_published.connect(count_publication, dispatch_uid="mkt_blog.count_publication")
