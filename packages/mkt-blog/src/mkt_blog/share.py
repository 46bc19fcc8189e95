"""Plain links by which a reader passes a post on. No script of any network, no counter, nothing loaded from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from .conf import blog_settings

# Name in MKT_BLOG["SHARE"] -> what it is called, where it leads, how it takes the address and the title.
NETWORKS = {
    "mastodon": ("Mastodon", "https://share.joinmastodon.org/", "text", None),
    "bluesky": ("Bluesky", "https://bsky.app/intent/compose", "text", None),
    "linkedin": ("LinkedIn", "https://www.linkedin.com/sharing/share-offsite/", None, "url"),
    "facebook": ("Facebook", "https://www.facebook.com/sharer/sharer.php", None, "u"),
    "email": ("", "mailto:", None, None),
    "copy": ("", "", None, None),
}


@dataclass(frozen=True)
class ShareLink:
    """``kind`` is the name in the setting; ``copy`` has the address itself, which the script copies."""

    kind: str
    label: str
    url: str


def share_links(url: str, title: str) -> list[ShareLink]:
    """Links of ``MKT_BLOG["SHARE"]`` for a page with an absolute address; unknown names are left out."""
    return list(_links(url, title)) if url else []


def _links(url: str, title: str) -> Iterator[ShareLink]:
    for kind in blog_settings.current.SHARE:
        if kind not in NETWORKS:
            continue
        name, target, text, address = NETWORKS[kind]
        if kind == "email":
            body = urlencode({"subject": title, "body": url}).replace("+", "%20")
            yield ShareLink(kind, _("Email"), f"mailto:?{body}")
        elif kind == "copy":
            yield ShareLink(kind, _("Copy link"), url)
        else:
            values = {text: f"{title} {url}"} if text else {str(address): url}
            yield ShareLink(kind, name, f"{target}?{urlencode(values)}")
