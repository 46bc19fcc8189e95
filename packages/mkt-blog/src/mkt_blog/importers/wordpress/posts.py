"""A post of the export, understood: dates with time zones, a status we know, plain text."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from django.utils.translation import gettext as _

from .dates import (
    modified_at,
    plausible_years,
    published_at,
    unusable_modified,
    unusable_published,
)
from .items import Item, Term
from .names import author_key, clean_slug, plain
from .seo import seo_fields
from .survey import Survey
from .tree import one_line, parse

KEY_MAX_LENGTH = 500
TITLE_MAX_LENGTH = 255
TITLE_FROM_BODY = 60
ALT_MAX_LENGTH = 255
# WordPress notes a "modification" when it saves a post that it has just published.
SAME_MOMENT = timedelta(minutes=1)


class Visibility(Enum):
    LIVE = "live"
    SCHEDULED = "scheduled"
    DRAFT = "draft"


# Status in WordPress -> what becomes of the post. A private one is live behind a login.
STATUSES = {
    "publish": Visibility.LIVE,
    "private": Visibility.LIVE,
    "future": Visibility.SCHEDULED,
    "draft": Visibility.DRAFT,
    "pending": Visibility.DRAFT,
}
STATUSES_SKIPPED = {"trash", "auto-draft", "inherit"}


@dataclass(slots=True)
class SourcePost:
    """What of an item goes into a post. ``notes`` is for the report."""

    key: str
    line: int
    post_id: str
    title: str
    slug: str
    status: str
    visibility: Visibility
    date: datetime | None
    updated_at: datetime | None
    excerpt: str
    content: str
    password: str = ""
    is_private: bool = False
    is_sticky: bool = False
    is_featured: bool = False
    thumbnail_id: str = ""
    # The path that readers know from the old site, "" if there is none.
    old_path: str = ""
    # An image of this site; None where the old one has to be added by hand.
    hero_image: Any = None
    hero_alt: str = ""
    hero_caption: str = ""
    # Field name -> value, see ``seo``.
    seo: dict[str, Any] = field(default_factory=dict)
    authors: list[tuple[str, str]] = field(default_factory=list)
    categories: list[Term] = field(default_factory=list)
    tags: list[Term] = field(default_factory=list)
    other_terms: list[str] = field(default_factory=list)
    fingerprint: str = ""
    notes: list[str] = field(default_factory=list)


def understand(item: Item, survey: Survey, *, now: datetime) -> SourcePost:
    """The post that an item describes. Issues no query."""
    status = item.get("wp:status") or "publish"
    years = plausible_years(now)
    date, modified = published_at(item, years), modified_at(item, years)
    post = SourcePost(
        key=_key(item, survey),
        line=item.line,
        post_id=item.post_id,
        title=plain(item.get("title")),
        slug=clean_slug(item.get("wp:post_name")),
        status=status,
        visibility=STATUSES.get(status, Visibility.DRAFT),
        date=date,
        updated_at=modified if date and modified and modified - date > SAME_MOMENT else None,
        excerpt=one_line(parse(item.get("excerpt:encoded"))),
        content=item.fields.get("content:encoded", ""),
        password=item.fields.get("wp:post_password", ""),
        is_private=status == "private",
        is_sticky=item.get("wp:is_sticky") == "1",
        thumbnail_id=item.meta.get("_thumbnail_id", ""),
        fingerprint=_fingerprint(item),
    )
    post.seo = seo_fields(item, post.title, survey.base_url)
    if picture := survey.pictures.get(post.thumbnail_id):
        # The picture itself stays where it is; the report names it.
        post.hero_alt = plain(picture.alt)[:ALT_MAX_LENGTH]
        post.hero_caption = one_line(parse(picture.caption))[:ALT_MAX_LENGTH]
    _sort_terms(post, item)
    if status not in STATUSES and status not in STATUSES_SKIPPED:
        post.notes.append(_("unknown status “%s”: imported as a draft") % status)
    _note_unusable_dates(post, item, modified)
    if post.visibility is Visibility.SCHEDULED and (date is None or date <= now):
        # WordPress would have published it by now.
        post.visibility = Visibility.LIVE
    return post


def complete_title(post: SourcePost, text: str) -> None:
    """Give a post without a title the beginning of its text, and cut a title that is too long."""
    if not post.title:
        words = post.excerpt or " ".join(text.split())
        post.title = _shorten(words, TITLE_FROM_BODY) or post.slug or _("Untitled")
        post.notes.append(_("it has no title: “%s” is used") % post.title)
    elif len(post.title) > TITLE_MAX_LENGTH:
        post.title = _shorten(post.title, TITLE_MAX_LENGTH)
        post.notes.append(_("its title was cut at %d characters") % TITLE_MAX_LENGTH)


def _shorten(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    return f"{text[: length - 1].rsplit(' ', 1)[0] or text[: length - 1]}…"


def _key(item: Item, survey: Survey) -> str:
    """What the post is known by from one import to the next."""
    guid = item.get("guid")
    if guid and survey.owns_guid(guid, item.post_id):
        key = guid
    elif item.post_id:
        # Posts may share a GUID, after a copy between sites for example; ids they do not share.
        key = f"{guid or survey.base_url}#{item.post_id}"
    else:
        text = f"{item.get('title')}\n{item.get('wp:post_date')}\n{item.get('link')}"
        key = f"{guid}#{hashlib.sha256(text.encode()).hexdigest()}"
    if len(key) > KEY_MAX_LENGTH:
        return f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"
    return key


def _note_unusable_dates(post: SourcePost, item: Item, modified: datetime | None) -> None:
    if modified is None and (text := unusable_modified(item)):
        post.notes.append(
            _("the date of its last change is impossible and was left out: %s") % text
        )
    if post.date is not None or not (text := unusable_published(item)):
        return
    if post.visibility is Visibility.SCHEDULED:
        # Nobody can say when readers may see it: better too late than too early.
        post.visibility = Visibility.DRAFT
        note = _("the date of its publication is impossible (%s): imported as a draft") % text
    else:
        note = _("its date is impossible and was left out: %s") % text
    post.notes.append(note)


def _sort_terms(post: SourcePost, item: Item) -> None:
    seen: set[tuple[str, str]] = set()
    if login := item.get("dc:creator"):
        post.authors.append((author_key(login), login))
    guests: list[tuple[str, str]] = []
    for term in item.terms:
        name = plain(term.name)
        slug = clean_slug(term.slug) or clean_slug(name)
        domain = {"tag": "post_tag"}.get(term.domain, term.domain)
        if not (slug or name) or (domain, slug) in seen:
            continue
        seen.add((domain, slug))
        term = Term(domain, slug, name or slug)
        if domain == "category":
            post.categories.append(term)
        elif domain == "post_tag":
            post.tags.append(term)
        elif domain == "author":
            # Co-Authors Plus: several authors, in their order.
            guests.append((author_key(slug.removeprefix("cap-")), term.name))
        else:
            post.other_terms.append(domain)
    post.authors = guests or post.authors


def _fingerprint(item: Item) -> str:
    """Changes when anything that is imported changes in the source."""
    values = {
        "fields": {name: text for name, text in item.fields.items() if name not in _NOT_IMPORTED},
        "terms": sorted((term.domain, term.slug, term.name) for term in item.terms),
        "meta": item.meta,
    }
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


_NOT_IMPORTED = {
    *("description", "guid", "link", "wp:comment_status", "wp:menu_order", "wp:ping_status"),
    *("wp:attachment_url", "wp:post_parent"),
}
