"""What search engines and social networks are told about posts and listings, through ``mkt_core.seo``.

``heads`` has what a head says, ``nodes`` and ``people`` what is said in JSON-LD, ``listings`` which listings there are,
``sitemaps`` the sections of ``mkt_core``'s sitemaps.
"""

from .heads import blog_seo, listing_seo, paged_title, post_crumbs, post_seo
from .listings import sitemap_urls
from .nodes import blog_nodes, post_nodes

__all__ = [
    "blog_nodes",
    "blog_seo",
    "listing_seo",
    "paged_title",
    "post_crumbs",
    "post_nodes",
    "post_seo",
    "sitemap_urls",
]
