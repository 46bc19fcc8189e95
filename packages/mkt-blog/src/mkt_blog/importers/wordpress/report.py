"""What an import did, in words."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .body import Body
from .posts import SourcePost

# Names listed for one kind of problem; the rest is counted.
LISTED = 20


class Result(Enum):
    IMPORTED = "imported"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one post. ``post`` and ``body`` are given where it was written."""

    result: Result
    reason: str = ""
    post: SourcePost | None = None
    body: Body | None = None
    featured_image: str = ""


@dataclass(slots=True)
class Report:
    """Numbers and remarks of one run; ``lines()`` is how a person reads them."""

    dry_run: bool = False
    results: Counter[Result] = field(default_factory=Counter)
    skipped: dict[str, list[str]] = field(default_factory=dict)
    other_types: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    created: Counter[str] = field(default_factory=Counter)
    comments: int = 0
    remote_images: int = 0
    posts_with_remote_images: int = 0
    featured_images: list[str] = field(default_factory=list)
    unknown_shortcodes: Counter[str] = field(default_factory=Counter)
    dynamic_blocks: Counter[str] = field(default_factory=Counter)
    active_elements: Counter[str] = field(default_factory=Counter)
    other_terms: Counter[str] = field(default_factory=Counter)
    repaired_characters: int = 0
    stopped: str = ""

    @property
    def posts(self) -> int:
        """Posts of the export that were met; each is in exactly one of the parts."""
        return self.results.total()

    @property
    def is_complete(self) -> bool:
        """Whether the export was read to its end and no post failed."""
        return not self.stopped and not self.results[Result.FAILED]

    def add(self, label: str, outcome: Outcome) -> None:
        self.results[outcome.result] += 1
        if outcome.result is Result.SKIPPED:
            self.skipped.setdefault(outcome.reason, []).append(label)
        elif outcome.result is Result.FAILED:
            self.problems.append(f"{label}: {outcome.reason}")
        if outcome.post:
            self.notes += [f"{label}: {note}" for note in outcome.post.notes]
            self.other_terms.update(outcome.post.other_terms)
        if outcome.body:
            self._add_body(label, outcome.body)
        if outcome.featured_image:
            self.featured_images.append(f"{label}: {outcome.featured_image}")

    def _add_body(self, label: str, body: Body) -> None:
        self.unknown_shortcodes.update(body.unknown_shortcodes)
        self.dynamic_blocks.update(body.dynamic_blocks)
        self.active_elements.update(body.active_elements)
        if body.remote_images:
            self.remote_images += len(body.remote_images)
            self.posts_with_remote_images += 1
        if body.empty_galleries:
            self.notes.append(_("%s: the pictures of a gallery are not in the export") % label)

    def lines(self, *, verbose: bool = False) -> Iterator[str]:
        """The closing report. ``verbose`` lists every name instead of the first few."""
        limit = None if verbose else LISTED
        if self.dry_run:
            yield _("Dry run: nothing was written. An import would have done this:")
        yield from self._results()
        yield from self._skipped(limit)
        yield from self._left_out()
        yield from _listed(_("Problems:"), self.problems, limit)
        yield from _listed(_("Good to know:"), self.notes, limit)
        yield from _listed(_("Featured images to add by hand:"), self.featured_images, limit)
        if self.stopped:
            yield self.stopped

    def _results(self) -> Iterator[str]:
        yield _("Posts in the export: %d") % self.posts
        labels = {
            Result.IMPORTED: _("imported"),
            Result.CHANGED: _("changed"),
            Result.UNCHANGED: _("unchanged"),
            Result.SKIPPED: _("skipped"),
            Result.FAILED: _("failed"),
        }
        for result, label in labels.items():
            yield f"  {label}: {self.results[result]}"
        yield _("Created: categories (%(categories)d), tags (%(tags)d), authors (%(authors)d)") % {
            "categories": self.created["category"],
            "tags": self.created["tag"],
            "authors": self.created["author"],
        }

    def _skipped(self, limit: int | None) -> Iterator[str]:
        for reason, labels in self.skipped.items():
            title = _("Skipped, %(reason)s: %(count)d") % {"reason": reason, "count": len(labels)}
            yield from _listed(title, labels, limit)

    def _left_out(self) -> Iterator[str]:
        if self.other_types:
            yield _("Not imported because they are not posts: %s") % _counted(self.other_types)
        if self.comments:
            yield (
                ngettext("Not imported: %d comment", "Not imported: %d comments", self.comments)
                % self.comments
            )
        if self.other_terms:
            yield _("Not imported, terms of other taxonomies: %s") % _counted(self.other_terms)
        if self.remote_images:
            yield _(
                "Images left where they are, as HTML with their address: %(images)d"
                " (posts with such images: %(posts)d)"
            ) % {"images": self.remote_images, "posts": self.posts_with_remote_images}
        for title, counter in (
            (_("Shortcodes kept as text: %s"), self.unknown_shortcodes),
            (
                _("Blocks left out because WordPress fills them in when it shows them: %s"),
                self.dynamic_blocks,
            ),
            (_("Elements left out because they run or style something: %s"), self.active_elements),
        ):
            if counter:
                yield title % _counted(counter)
        if self.repaired_characters:
            yield _("Characters removed because XML does not allow them: %d") % (
                self.repaired_characters
            )


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{name} ({count})" for name, count in counter.most_common())


def _listed(title: str, entries: list[str], limit: int | None) -> Iterator[str]:
    if not entries:
        return
    yield title
    for entry in entries[:limit]:
        yield f"  - {entry}"
    if limit is not None and len(entries) > limit:
        yield _("  … and %d more (--verbosity 2 lists all)") % (len(entries) - limit)
