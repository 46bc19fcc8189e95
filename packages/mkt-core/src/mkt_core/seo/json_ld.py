"""What search engines read as data: JSON-LD in the words of schema.org."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.safestring import SafeString, mark_safe

from .._settings.seo import SiteSeo
from .values import Crumb

if TYPE_CHECKING:
    from .head import Head

Node = Mapping[str, Any]

# Inside <script> only these can end it or begin a comment; the rest of Unicode is escaped by json itself.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def script_content(nodes: Iterable[Node]) -> SafeString:
    """``nodes`` as one graph, safe inside ``<script>`` whatever texts are in it; "" without any.

    Raises:
        TypeError: a node holds what JSON cannot (dates, decimals, UUIDs and lazy texts are fine).
    """
    graph = [dict(node) for node in nodes]
    if not graph:
        return SafeString("")
    text = json.dumps(
        {"@context": "https://schema.org", "@graph": graph},
        cls=DjangoJSONEncoder,
        ensure_ascii=True,
        separators=(",", ":"),
    )
    return mark_safe(text.translate(_ESCAPES))


def organization_id(root_url: str) -> str:
    """How other nodes refer to who publishes the site, of which ``Head.root_url`` is the address."""
    return f"{root_url}/#organization"


def website_id(root_url: str) -> str:
    """The same for the site itself."""
    return f"{root_url}/#website"


def site_nodes(head: Head, values: SiteSeo) -> list[Node]:
    """WebSite and Organization."""
    if not head.root_url or not head.site_name:
        return []
    website: dict[str, Any] = {
        "@type": "WebSite",
        "@id": website_id(head.root_url),
        "url": f"{head.root_url}/",
        "name": head.site_name,
        "publisher": {"@id": organization_id(head.root_url)},
    }
    if values.SEARCH:
        website["potentialAction"] = _search(head.root_url, values.SEARCH)
    organization: dict[str, Any] = {
        "@type": values.ORGANIZATION_TYPE,
        "@id": organization_id(head.root_url),
        "name": values.ORGANIZATION or head.site_name,
        "url": f"{head.root_url}/",
    }
    if head.logo_url:
        organization["logo"] = {"@type": "ImageObject", "url": head.logo_url}
    if values.PROFILES:
        organization["sameAs"] = list(values.PROFILES)
    return [website, organization]


def breadcrumbs(crumbs: Sequence[Crumb]) -> list[Node]:
    """BreadcrumbList of at least two steps, with absolute addresses."""
    if len(crumbs) < 2:
        return []
    items = [
        {"@type": "ListItem", "position": position, "name": crumb.name, "item": crumb.url}
        for position, crumb in enumerate(crumbs, start=1)
    ]
    return [{"@type": "BreadcrumbList", "itemListElement": items}]


def _search(root_url: str, path: str) -> Node:
    before, _, after = path.partition("{query}")
    template = quote(before, safe="/?&=%") + "{search_term_string}" + quote(after, safe="/?&=%")
    return {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": root_url + template},
        "query-input": "required name=search_term_string",
    }
