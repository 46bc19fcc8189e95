"""A first look at the whole export, before anything is written.

Posts refer to things that may stand behind them in the file: pictures, categories, other posts
with the same GUID. What is kept here grows with the number of those, never with their texts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .errors import ExportStopped
from .items import AuthorDefinition, Item, TermDefinition
from .names import author_key, clean_slug
from .reader import Reader
from .shortcodes import Picture

# More than any program writes; Python reads 4300 and no more.
ID_MAX_DIGITS = 100


@dataclass(slots=True)
class Survey:
    """What an export holds. ``stopped`` is set if it breaks off."""

    version: str = ""
    base_url: str = ""
    records: int = 0
    posts: int = 0
    comments: int = 0
    other_types: Counter[str] = field(default_factory=Counter)
    authors: dict[str, AuthorDefinition] = field(default_factory=dict)
    categories: dict[str, TermDefinition] = field(default_factory=dict)
    pictures: dict[str, Picture] = field(default_factory=dict)
    attached: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    # The lowest post id for each GUID, by the hash of the GUID: a tenth of the memory.
    first_ids: dict[int, int] = field(default_factory=dict)
    broken_cycles: list[str] = field(default_factory=list)
    stopped: ExportStopped | None = None

    def owns_guid(self, guid: str, post_id: str) -> bool:
        """Whether the post is the first of those with its GUID; the others need another key."""
        number = _number(post_id)
        return number is not None and self.first_ids.get(hash(guid)) == number

    def gallery(self, post_id: str, ids: list[str]) -> list[Picture]:
        """The pictures with these ids, or those attached to the post if none are named."""
        wanted = ids or self.attached.get(post_id, [])
        return [self.pictures[one] for one in wanted if one in self.pictures]


def survey_export(path: Path) -> Survey:
    """Read the export once without the texts of the posts.

    Raises:
        ExportError: it cannot be imported at all. One that merely breaks off can.
    """
    survey = Survey()
    reader = Reader(path, with_bodies=False)
    try:
        for survey.records, record in enumerate(reader, start=1):
            if isinstance(record, AuthorDefinition):
                survey.authors.setdefault(author_key(record.login), record)
            elif isinstance(record, TermDefinition):
                survey.categories.setdefault(clean_slug(record.slug or record.name), record)
            else:
                _note_item(survey, record)
    except ExportStopped as stopped:
        survey.stopped = stopped
    survey.version, survey.base_url = reader.version, reader.base_url
    _link_parents(survey)
    _break_cycles(survey)
    return survey


def _note_item(survey: Survey, item: Item) -> None:
    if item.post_type == "post":
        survey.posts += 1
        survey.comments += item.comments
        _note_guid(survey, item)
        return
    survey.other_types[item.post_type] += 1
    if item.post_type == "attachment" and (url := item.get("wp:attachment_url")):
        alt = item.meta.get("_wp_attachment_image_alt", "")
        survey.pictures[item.post_id] = Picture(url, alt, item.get("excerpt:encoded"))
        survey.attached[item.get("wp:post_parent")].append(item.post_id)


def _note_guid(survey: Survey, item: Item) -> None:
    guid, number = item.get("guid"), _number(item.post_id)
    if guid and number is not None:
        survey.first_ids[hash(guid)] = min(survey.first_ids.get(hash(guid), number), number)


def _number(post_id: str) -> int | None:
    """The id to compare by: 0 if there is none, None if nobody counts that far."""
    if not post_id.isdecimal():
        return 0
    return int(post_id) if len(post_id) <= ID_MAX_DIGITS else None


def _link_parents(survey: Survey) -> None:
    """Let ``parent`` be a key of ``categories``; some exports name it by its title."""
    by_name = {category.name: slug for slug, category in survey.categories.items()}
    for category in survey.categories.values():
        if category.parent:
            key = clean_slug(category.parent)
            known = key if key in survey.categories else by_name.get(category.parent)
            category.parent = known or key


def _break_cycles(survey: Survey) -> None:
    """Make a root of the first category, by slug, of each circle of parents."""
    for slug in sorted(map(min, _circles(survey.categories))):
        survey.categories[slug].parent = ""
        survey.broken_cycles.append(survey.categories[slug].name)


def _circles(categories: dict[str, TermDefinition]) -> Iterator[list[str]]:
    """Each circle once; no category is visited twice, however long the lines of parents are."""
    visited: set[str] = set()
    for slug in categories:
        line: list[str] = []
        while slug in categories and slug not in visited:
            visited.add(slug)
            line.append(slug)
            slug = categories[slug].parent
        if slug in line:
            yield line[line.index(slug) :]
