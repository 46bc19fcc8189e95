"""Of search engines and social networks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class SeoSettings:
    """Keys of ``MKT_CORE``."""

    # What holds for every site of the installation: keys of ``SiteSeo`` below.
    SEO: dict[str, Any] = field(default_factory=dict)
    # Host name of a Wagtail site -> the same keys, where this site differs.
    SEO_SITES: dict[str, dict[str, Any]] = field(default_factory=dict)
    # Dotted path of a function (SiteSeo, Site or None, request) -> SiteSeo, for values that editors may change.
    SEO_VALUES: str = ""
    # Write https:// addresses, although Wagtail's site says port 80 and the request came without TLS.
    SEO_HTTPS: bool = False
    # Query arguments that make another page of it; all others are left out of canonical addresses.
    SEO_QUERY_ARGUMENTS: tuple[str, ...] = ("page",)
    # Rendition for social networks, a filter specification of Wagtail.
    SEO_IMAGE_FILTER: str = "fill-1200x630|format-jpeg"
    # Pages in one file of the sitemap; the protocol allows 50,000 addresses.
    SEO_SITEMAP_PAGES: int = 10_000
    # So long others may keep the sitemap and robots.txt, in seconds.
    SEO_MAX_AGE_SECONDS: int = 3600


@dataclass(frozen=True, kw_only=True)
class SiteSeo:
    """Keys of ``MKT_CORE["SEO"]`` and of each entry in ``MKT_CORE["SEO_SITES"]``."""

    # The site's name; empty: what Wagtail's site is called.
    NAME: str = ""
    # Pattern of <title>; the title alone where it would say the site's name twice.
    TITLE: str = "{title} – {name}"
    # Description of pages that have none.
    DESCRIPTION: str = ""
    # Picture of pages that have none: address, path of a static file, or (from SEO_VALUES) a Wagtail image.
    IMAGE: Any = ""
    IMAGE_ALT: str = ""
    # Who publishes the site; empty: the site's name.
    ORGANIZATION: str = ""
    # Type in schema.org's words: "Organization", "NewsMediaOrganization", "Person" …
    ORGANIZATION_TYPE: str = "Organization"
    # Address or path of a static file.
    LOGO: str = ""
    # Addresses of the same organization elsewhere.
    PROFILES: tuple[str, ...] = ()
    # "@name" on X.
    TWITTER: str = ""
    # Name of a <meta> -> its content: {"google-site-verification": "…"}.
    VERIFICATION: dict[str, str] = field(default_factory=dict)
    # Path of the site's search with "{query}" in it: "/search/?q={query}".
    SEARCH: str = ""
    # Language code -> locale of Open Graph, where the language does not name a country: {"en": "en_GB"}.
    LOCALES: dict[str, str] = field(default_factory=dict)
    # What <meta name="robots"> says about pages that may be indexed.
    ROBOTS: str = "max-image-preview:large"
    # Keep the whole site out of search engines, as on a staging server.
    NOINDEX: bool = False
    # Paths that robots.txt forbids to everyone, beside the admin.
    DISALLOW: tuple[str, ...] = ()
    # Forbid the admin's path in robots.txt; False where the path is meant to be unknown.
    DISALLOW_ADMIN: bool = True
    # Crawlers that robots.txt forbids the site; "ai-training" and "ai-search" stand for lists of them.
    DISALLOW_CRAWLERS: tuple[str, ...] = ()
    # More lines for robots.txt, at its end.
    ROBOTS_LINES: tuple[str, ...] = ()
