"""A post of a Ghost export, understood."""

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from ..wordpress.dates import plausible_years
from ..wordpress.items import Term
from ..wordpress.names import author_key, clean_slug, plain
from ..wordpress.posts import ALT_MAX_LENGTH, KEY_MAX_LENGTH, SourcePost, Visibility
from ..wordpress.seo import TITLE_MAX_LENGTH, canonical
from .export import GhostExport, Row, key_of, login_of, text

STATUSES = {
    "published": Visibility.LIVE,
    "scheduled": Visibility.SCHEDULED,
    "draft": Visibility.DRAFT,
}
DEFAULT_PERMALINK = "/{slug}/"
_PLACE = re.compile(r"\{(\w+)\}")


def understand(
    row: Row, export: GhostExport, *, base_url: str, permalink: str, now: datetime
) -> SourcePost:
    """The post that a row describes; its content is added by the importer. Issues no query."""
    status = text(row, "status") or "draft"
    meta = export.meta_of.get(key_of(row), {})
    post = SourcePost(
        key=_key(row),
        line=0,
        post_id=key_of(row),
        title=plain(text(row, "title")),
        slug=clean_slug(text(row, "slug")),
        status=status,
        visibility=STATUSES.get(status, Visibility.DRAFT),
        date=_date(row, "published_at", now) or _date(row, "created_at", now),
        updated_at=None,
        excerpt=plain(text(row, "custom_excerpt")),
        content="",
        # Only for members or those who pay: not for everybody, at any rate.
        is_private=text(row, "visibility") not in {"", "public"},
        is_featured=row.get("featured") in (1, True),
        hero_alt=plain(text(meta, "feature_image_alt"))[:ALT_MAX_LENGTH],
        hero_caption=plain(text(meta, "feature_image_caption"))[:ALT_MAX_LENGTH],
        fingerprint=_fingerprint(row, export),
    )
    post.seo = _seo(row, meta, base_url)
    post.authors = [
        (author_key(login_of(user)), text(user, "name")) for user in export.post_users(row)
    ]
    for tag in export.post_tags(row):
        _add_tag(post, tag)
    if status not in STATUSES:
        # "sent" is a newsletter that was no page.
        post.notes.append(_("unknown status “%s”: imported as a draft") % status[:40])
    if post.visibility is Visibility.SCHEDULED and (post.date is None or post.date <= now):
        # Ghost would have published it by now; without a date nobody can say.
        post.visibility = Visibility.LIVE if post.date else Visibility.DRAFT
    if post.is_private:
        post.notes.append(
            _("its visibility is “%s”: only for people who are logged in")
            % text(row, "visibility")[:40]
        )
    post.old_path = old_path(permalink, row, export, post.date)
    return post


def old_path(permalink: str, row: Row, export: GhostExport, date: datetime | None) -> str:
    """The path of a post by a pattern such as ``/{year}/{slug}/``; "" where the post lacks a part of it."""
    tags = [tag for tag in export.post_tags(row) if not _is_internal(tag)]
    users = list(export.post_users(row))
    parts = {
        "slug": text(row, "slug"),
        "id": key_of(row),
        "year": f"{date:%Y}" if date else "",
        "month": f"{date:%m}" if date else "",
        "day": f"{date:%d}" if date else "",
        "primary_tag": text(tags[0], "slug") if tags else "all",
        "primary_author": text(users[0], "slug") if users else "all",
    }
    names = _PLACE.findall(permalink)
    if not all(parts.get(name) for name in names):
        return ""
    return _PLACE.sub(lambda place: parts[place[1]], permalink)


def is_permalink(permalink: str) -> bool:
    """Whether a pattern has only parts that are known, and tells posts apart."""
    known = {"slug", "id", "year", "month", "day", "primary_tag", "primary_author"}
    names = set(_PLACE.findall(permalink))
    return permalink.startswith("/") and names <= known and bool(names & {"slug", "id"})


def _key(row: Row) -> str:
    key = text(row, "uuid") or key_of(row)
    if not key:
        content = f"{text(row, 'slug')}\n{text(row, 'title')}\n{text(row, 'created_at')}"
        key = hashlib.sha256(content.encode()).hexdigest()
    return f"ghost:{key}"[:KEY_MAX_LENGTH]


def _date(row: Row, name: str, now: datetime) -> datetime | None:
    """``2020-01-31T08:00:00.000Z``, ``2020-01-31 08:00:00``, or milliseconds; always in UTC."""
    value = row.get(name)
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            moment: datetime | None = datetime.fromtimestamp(value / 1000, UTC)
        else:
            moment = parse_datetime(text(row, name))
    except (ValueError, OverflowError, OSError):
        return None
    if moment is None or moment.year not in plausible_years(now):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _seo(row: Row, meta: Row, base_url: str) -> dict[str, Any]:
    # In the post's own row before Ghost 3.
    title = plain(text(meta, "meta_title") or text(row, "meta_title"))[:TITLE_MAX_LENGTH]
    about = plain(text(meta, "meta_description") or text(row, "meta_description"))
    fields = {
        "seo_title": title,
        "search_description": about,
        "seo_canonical": canonical(text(row, "canonical_url"), base_url),
    }
    return {name: value for name, value in fields.items() if value}


def _add_tag(post: SourcePost, tag: Row) -> None:
    name = plain(text(tag, "name"))
    slug = clean_slug(text(tag, "slug")) or clean_slug(name)
    if _is_internal(tag):
        post.other_terms.append(name[:40])
    elif name or slug:
        post.tags.append(Term("post_tag", slug, name or slug))


def _is_internal(tag: Row) -> bool:
    """Tags that begin with "#" sort posts behind the scenes."""
    return text(tag, "visibility") == "internal" or text(tag, "name").startswith("#")


# Says when somebody looked at a post, or changes with every release of Ghost.
_NOT_IMPORTED = {
    "updated_at",
    "updated_by",
    "comment_id",
    "plaintext",
    "show_title_and_feature_image",
}


def _fingerprint(row: Row, export: GhostExport) -> str:
    """Changes when anything that is imported changes in the source."""
    values = [
        {name: value for name, value in row.items() if name not in _NOT_IMPORTED},
        export.meta_of.get(key_of(row), {}),
        [text(tag, "name") for tag in export.post_tags(row)],
        [login_of(user) for user in export.post_users(row)],
    ]
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
