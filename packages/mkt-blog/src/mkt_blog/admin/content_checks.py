"""What an editor may have overlooked in a post. Hints, none of which keeps anybody from publishing.

Wagtail's own checker looks at a rendered preview in the browser. These need no browser, know the database, and are
told on the form, after saving, and for all posts in a report.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.documents import get_document_model

from mkt_core.compat import get_page_model

if TYPE_CHECKING:
    from ..models import PostBase

CODES: list[tuple[str, str | Promise]] = [
    ("alt-text", gettext_lazy("Picture without a description")),
    ("description", gettext_lazy("No description")),
    ("heading-order", gettext_lazy("Order of headings")),
    ("broken-link", gettext_lazy("Broken link")),
]

_ANCHOR = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL | re.IGNORECASE)
_ATTRIBUTE = re.compile(r'\b(linktype|id)="([^"]*)"')
_HEADING = re.compile(r"<h([2-6])\b[^>]*>(.*?)</h\1>", re.DOTALL | re.IGNORECASE)
# What is quoted of a text in a message.
QUOTED_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. ``code`` is a key of ``CODES``; ``message`` says where, in the active language."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link of rich text to a page or a document (``kind``) of this site."""

    kind: str
    key: int
    text: str


def check_post(post: "PostBase") -> list[Finding]:
    """Findings of a post as it is in memory, saved or not. Two queries at most."""
    return check_posts([post])[0][1]


def check_posts(posts: "Iterable[PostBase]") -> "list[tuple[PostBase, list[Finding]]]":
    """Each post with its findings; two queries in all, however many posts there are."""
    checked = []
    for post in posts:
        value: Any = post.body
        body = list(value.get_prep_value() if value else [])
        checked.append(
            (
                post,
                [*_pictures(post, body), *_description(post), *_headings(body)],
                list(_links(body)),
            )
        )
    problems = _broken({link for _post, _found, links in checked for link in links})
    return [
        (post, found + [problems[link] for link in dict.fromkeys(links) if link in problems])
        for post, found, links in checked
    ]


def _pictures(post: Any, body: list[Any]) -> Iterator[Finding]:
    if post.hero_image_id and not post.hero_alt:
        yield Finding(
            "alt-text",
            _("The main picture has no description. That is fine if it is purely decorative."),
        )
    # As Wagtail's ImageBlock keeps a picture.
    pictures = [
        one for one in _dictionaries(body) if {"image", "alt_text", "decorative"} <= set(one)
    ]
    for number, picture in enumerate(pictures, start=1):
        if picture["image"] and not picture["decorative"] and not picture["alt_text"]:
            message = _("Picture no. %(number)d of the text has no description.")
            yield Finding("alt-text", message % {"number": number})


def _description(post: Any) -> Iterator[Finding]:
    if not post.excerpt and not getattr(post, "search_description", ""):
        yield Finding(
            "description",
            _("There is no excerpt: listings and search engines show the beginning of the text."),
        )


def _headings(body: list[Any]) -> Iterator[Finding]:
    """Headings without words, and those that skip a level; the title of the page is level 1."""
    above = 1
    for level, text in _outline(body):
        if not text:
            yield Finding("heading-order", _("A heading has no words."))
            continue
        if level > above + 1:
            message = _(
                "“%(text)s” is a heading %(level)d, but what stands above is a heading %(above)d."
            )
            quoted = {"text": text[:QUOTED_CHARACTERS], "level": level, "above": above}
            yield Finding("heading-order", message % quoted)
        above = level


def _outline(body: list[Any]) -> Iterator[tuple[int, str]]:
    for block in body:
        value = block.get("value")
        if block.get("type") == "heading" and isinstance(value, dict):
            level = str(value.get("level") or "h2").lstrip("h")
            yield int(level) if level.isdecimal() else 2, str(value.get("text") or "").strip()
        for text in _texts(value):
            for found in _HEADING.finditer(text):
                yield int(found[1]), strip_tags(found[2]).strip()


def _links(body: list[Any]) -> Iterator[Link]:
    for text in _texts(body):
        for attributes, inner in _ANCHOR.findall(text) if "linktype=" in text else ():
            found = dict(_ATTRIBUTE.findall(attributes))
            key = found.get("id", "")
            if found.get("linktype") in ("page", "document") and key.isdecimal():
                yield Link(found["linktype"], int(key), strip_tags(inner).strip())


def _broken(links: set[Link]) -> dict[Link, Finding]:
    """Links that lead nowhere; a query for pages and one for documents."""
    pages = {link.key for link in links if link.kind == "page"}
    documents = {link.key for link in links if link.kind == "document"}
    live: dict[int, bool] = {}
    kept: set[int] = set()
    if pages:
        found = get_page_model()._default_manager.filter(pk__in=pages)
        live = dict(found.values_list("pk", "live"))
    if documents:
        files = get_document_model()._default_manager.filter(pk__in=documents)
        kept = set(files.values_list("pk", flat=True))
    problems = {}
    for link in links:
        if link.kind == "document":
            problem = (
                ""
                if link.key in kept
                else _("The link “%(text)s” leads to a document that is gone.")
            )
        elif link.key not in live:
            problem = _("The link “%(text)s” leads to a page that is gone.")
        else:
            problem = (
                ""
                if live[link.key]
                else _("The link “%(text)s” leads to a page that is not published.")
            )
        if problem:
            problems[link] = Finding(
                "broken-link", problem % {"text": link.text[:QUOTED_CHARACTERS]}
            )
    return problems


def _dictionaries(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in _inside(value):
        yield from _dictionaries(inner)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in _inside(value):
        yield from _texts(inner)


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list | tuple) else ()
