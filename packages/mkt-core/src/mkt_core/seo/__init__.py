"""What search engines and social networks are told: heads, sitemaps, robots.txt.

``SeoMixin`` is in ``mkt_core.seo.models``, which can only be imported while models load.
"""

from .values import Crumb, Seo

__all__ = ["Crumb", "Seo"]
