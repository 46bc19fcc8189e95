"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from typing import Any

from ..xml import without_control_characters
from .values import Feed, FeedItem, Person

VERSION = "https://jsonfeed.org/version/1.1"


def write_json(feed: Feed) -> bytes:
    document: dict[str, Any] = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": feed.url,
        "feed_url": feed.feed_url,
        "description": feed.description,
        "language": feed.language,
        "authors": [_person(feed.author)],
    }
    document = _without_empty(document) | {"items": [_item(item) for item in feed.items]}
    return json.dumps(_cleaned(document), ensure_ascii=False).encode()


def _item(item: FeedItem) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": item.id,
        "url": item.url,
        "title": item.title,
        "summary": item.summary,
        "image": item.image.url if item.image else "",
        "date_published": item.published.isoformat(),
        "date_modified": item.updated.isoformat(),
        "authors": [_person(author) for author in item.authors],
        "tags": list(dict.fromkeys(label.name for label in item.labels)),
    }
    # An item must have one of the two, be it empty.
    content = {"content_html": item.content} if item.content else {"content_text": item.summary}
    return _without_empty(found) | content


def _person(person: Person) -> dict[str, str]:
    return _without_empty({"name": person.name, "url": person.url})


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", [])}


def _cleaned(value: Any) -> Any:
    """``value`` without lone surrogates, which no UTF-8 can hold, and without control characters."""
    if isinstance(value, str):
        return without_control_characters(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {name: _cleaned(item) for name, item in value.items()}
    return value
