"""What is read?"""

from __future__ import annotations

from ..model import Board, Panel, Row, Target, quantile, rate

DURATION = "http_server_request_duration_seconds"
BLOG = 'wagtail_page_type=~"mkt_blog.*"'

BOARD = Board(
    name="blog-and-events",
    title="MKT: blog and events",
    description="The blog, and what is tracked. A page that a CDN or a browser kept is not counted.",
    rows=[
        Row(
            title="Blog",
            panels=[
                Panel(
                    title="Posts that are live",
                    kind="stat",
                    width=6,
                    targets=[Target("max(mkt_blog_live_posts{<site>})", "posts")],
                ),
                Panel(
                    title="Posts published in a day",
                    kind="stat",
                    width=6,
                    targets=[
                        Target("sum(increase(mkt_blog_posts_published_total{<site>}[1d]))", "posts")
                    ],
                ),
                Panel(
                    title="Requests to the blog",
                    unit="reqps",
                    targets=[rate(f"{DURATION}_count", "wagtail_page_type", matchers=BLOG)],
                ),
                Panel(
                    title="Duration, 95th percentile",
                    unit="s",
                    targets=[quantile(0.95, DURATION, "wagtail_page_type", matchers=BLOG)],
                ),
                Panel(
                    title="Parts of the blog",
                    unit="reqps",
                    targets=[rate(f"{DURATION}_count", "http_route", matchers=BLOG)],
                ),
            ],
        ),
        Row(
            title="Events",
            panels=[
                Panel(
                    title="Calls of the event intake",
                    unit="reqps",
                    targets=[
                        rate(
                            f"{DURATION}_count",
                            "http_response_status_class",
                            matchers='http_route="/e/"',
                        )
                    ],
                ),
                Panel(
                    title="Events lost",
                    unit="cps",
                    targets=[rate("mkt_events_dropped_total", "reason")],
                ),
            ],
        ),
    ],
)
