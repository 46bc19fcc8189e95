"""All that stands in the head of a page, worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import get_language
from wagtail.models import Site

from .._settings.seo import SiteSeo
from . import json_ld
from .addresses import Addresses
from .canonical import canonical_url, query_part
from .crumbs import crumbs_of
from .images import HeadImage, head_image
from .languages import Alternate, alternates, og_locale
from .site import asset_url, site_name, site_of, site_values
from .sources import collected
from .values import Seo

MAX_DESCRIPTION = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """What ``mkt_core/seo/head.html`` shows. All addresses are absolute; what is empty is not shown."""

    title: str
    full_title: str
    description: str
    robots: str
    canonical: str
    previous_url: str
    next_url: str
    # "https://example.com", without a slash at the end.
    root_url: str
    site_name: str
    logo_url: str
    language_code: str
    locale: str
    other_locales: tuple[str, ...]
    alternates: tuple[Alternate, ...]
    type: str
    properties: tuple[tuple[str, str], ...]
    image: HeadImage | None
    twitter_site: str
    twitter_creator: str
    verification: Mapping[str, str]
    # Ready to stand in <script>.
    json_ld: SafeString = field(default_factory=SafeString)

    @property
    def is_indexed(self) -> bool:
        return "noindex" not in self.robots

    @property
    def twitter_card(self) -> str:
        return "summary_large_image" if self.image else "summary"


def build_head(page: Any, request: HttpRequest | None, *given: Seo) -> Head:
    """The head of ``page``, or without one of a view that says itself what it is, in ``given``.

    Queries: at most the site (once for each request, Wagtail's), the picture and its rendition, the page that an alias
    stands for, ancestors, translations and view restrictions; the number depends on none of their numbers.
    """
    site = site_of(request)
    values = site_values(site, request)
    seo = collected(page, request, *(given or (Seo(),)))
    addresses = Addresses(request)
    root_url = _root_url(page, site, request, addresses)
    name = site_name(values, site)
    robots = _robots(seo, values, request)
    indexed = "noindex" not in robots
    canonical = canonical_url(page, request, seo, addresses, root_url)
    languages = _alternates(page, seo, request, addresses) if indexed else []
    language_code = _language_of(page, addresses)
    head = Head(
        title=seo.title or name,
        full_title=full_title(seo.title, name, values.TITLE),
        description=_description(seo.description or values.DESCRIPTION),
        robots=robots,
        canonical=canonical,
        previous_url=addresses.absolute(seo.previous_url, root_url),
        next_url=addresses.absolute(seo.next_url, root_url),
        root_url=root_url,
        site_name=name,
        logo_url=addresses.absolute(asset_url(values.LOGO), root_url),
        language_code=language_code,
        locale=og_locale(language_code, values.LOCALES),
        other_locales=_other_locales(languages, language_code, values),
        alternates=tuple(languages),
        type=seo.type or "website",
        properties=seo.properties,
        image=_image(seo, values, addresses, root_url),
        twitter_site=values.TWITTER,
        twitter_creator=seo.twitter_creator,
        verification=values.VERIFICATION,
    )
    return replace(head, json_ld=_json_ld(page, request, seo, head, values, addresses))


def full_title(title: str, name: str, pattern: str) -> str:
    """``title`` in the site's pattern, which is left out where the site's name would be said twice."""
    if not title or not name:
        return title or name
    folded = title.casefold()
    if folded == name.casefold() or folded.endswith(f" {name.casefold()}"):
        return title
    return pattern.replace("{name}", name).replace("{title}", title)


def _description(text: str) -> str:
    line = " ".join(str(text).split())
    # Django's cutting looks at every character, also where there is nothing to cut.
    return Truncator(line).chars(MAX_DESCRIPTION) if len(line) > MAX_DESCRIPTION else line


def _robots(seo: Seo, values: SiteSeo, request: Any) -> str:
    if values.NOINDEX:
        return "noindex, nofollow"
    if seo.noindex or getattr(request, "is_preview", False):
        return "noindex"
    return seo.robots or values.ROBOTS


def _root_url(
    page: Any, site: Site | None, request: HttpRequest | None, addresses: Addresses
) -> str:
    if page is not None and (root := addresses.root_of(page.url_path)):
        return root.root_url
    if site is not None:
        return addresses.secured(site.root_url)
    return addresses.secured(f"{request.scheme}://{request.get_host()}") if request else ""


def _alternates(page: Any, seo: Seo, request: Any, addresses: Addresses) -> list[Alternate]:
    if page is None or seo.canonical or query_part(seo, request) or page.alias_of_id:
        return []
    return alternates(page, addresses)


def _other_locales(languages: list[Alternate], own: str, values: SiteSeo) -> tuple[str, ...]:
    codes = dict.fromkeys(language.language_code for language in languages)
    return tuple(og_locale(code, values.LOCALES) for code in codes if code != own)


def _language_of(page: Any, addresses: Addresses) -> str:
    """That of the tree that the page stands in, which is known without a query."""
    root = addresses.root_of(page.url_path) if page is not None else None
    return root.language_code if root else (get_language() or "en")


def _image(seo: Seo, values: SiteSeo, addresses: Addresses, root_url: str) -> HeadImage | None:
    found = head_image(seo.image, seo.image_alt) if seo.image else None
    if found is None and values.IMAGE:
        found = head_image(values.IMAGE, values.IMAGE_ALT)
    if found is None:
        return None
    url = addresses.absolute(found.url, root_url)
    return replace(found, url=url) if url else None


def _json_ld(
    page: Any, request: Any, seo: Seo, head: Head, values: SiteSeo, addresses: Addresses
) -> SafeString:
    if not head.is_indexed:
        return SafeString("")
    nodes = json_ld.site_nodes(head, values)
    nodes += json_ld.breadcrumbs(crumbs_of(page, seo, head, addresses))
    hook = getattr(page, "mkt_core_json_ld", None)
    if hook is not None:
        nodes += hook(request, head)
    return json_ld.script_content([*nodes, *seo.json_ld])
