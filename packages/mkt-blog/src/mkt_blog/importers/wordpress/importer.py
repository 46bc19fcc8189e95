"""One import from the beginning to the end."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.embeds.finders import get_finders

from mkt_blog.html import require_nh3
from mkt_blog.models import ImportedPost

from .body import BodyConverter
from .errors import ExportError, ExportStopped
from .indexing import index_batch, indexing_suspended
from .items import Item
from .links import PostTerms
from .names import author_key
from .posts import STATUSES_SKIPPED, SourcePost, Visibility, complete_title, understand
from .reader import Reader
from .report import Outcome, Report, Result
from .survey import survey_export
from .terms import Terms
from .writer import Writer

logger = logging.getLogger(__name__)

# Posts in one transaction: more save nothing, and other writers wait for it.
BATCH_POSTS = 50
BLOCKS_NEEDED = {"code", "embed", "heading", "html", "paragraph", "quote"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to import. ``default_author`` is the name for posts that have no author."""

    dry_run: bool = False
    overwrite: bool = False
    default_author: str = ""


class BatchFailedError(Exception):
    """A batch of posts could not be written; what came before is."""


class Importer:
    """Imports one export into one blog.

    Each post is written in a transaction of its own, with its terms and its entry in
    ``ImportedPost``: a fault costs that post and nothing else, and an import that was killed is
    completed by the next one.
    """

    def __init__(
        self,
        blog: Any,
        path: Path,
        options: Options,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        """Look through the export; nothing is written yet.

        Raises:
            ExportError: it cannot be imported.
            ImproperlyConfigured: nh3 is not installed.
        """
        require_nh3()
        _check_blocks(blog)
        self.report = Report(dry_run=options.dry_run)
        self._blog = blog
        self._path = path
        self._options = options
        self._progress = progress
        self._now = timezone.now()
        self._survey = survey_export(path)
        self._terms = Terms(
            self._survey, blog.locale, post_class=blog.get_post_model(), dry_run=options.dry_run
        )
        self._writer = Writer(blog)
        self._converter = BodyConverter(is_embeddable, self._survey.base_url)
        self._seen: set[str] = set()
        self._written: list[int] = []

    def run(self) -> Report:
        """Import every post; the report says what became of each, and where it stopped."""
        reader = Reader(self._path)
        last = ""
        with indexing_suspended(self._writer.post_class):
            try:
                for batch in self._batches(reader):
                    self._import_batch(batch)
                    last = _label(batch[-1])
            except (ExportStopped, BatchFailedError) as stopped:
                self.report.stopped = _stop_message(str(stopped), last)
            except KeyboardInterrupt:
                self.report.stopped = _stop_message(_("The import was interrupted"), last)
        self._complete_report(reader)
        return self.report

    def _batches(self, reader: Reader) -> Iterator[list[Item]]:
        """The posts of the export; what stands before a broken place comes before the error."""
        batch: list[Item] = []
        try:
            for number, record in enumerate(reader, start=1):
                self._progress(number, self._survey.records)
                if isinstance(record, Item) and record.post_type == "post":
                    batch.append(record)
                if len(batch) == BATCH_POSTS:
                    yield batch
                    batch = []
        except ExportStopped:
            if batch:
                yield batch
            raise
        if batch:
            yield batch

    def _import_batch(self, items: list[Item]) -> None:
        """Some posts in one transaction, with a savepoint for each."""
        self._written.clear()
        try:
            with transaction.atomic():
                outcomes = [(_label(item), self._import(item)) for item in items]
                index_batch(self._writer.post_class, self._written)
        except Exception as error:
            # The database is gone, or the search index is broken: no post would fare better.
            logger.debug("A batch failed", exc_info=True)
            raise BatchFailedError(
                _("The import failed between %(first)s and %(last)s (%(reason)s)")
                % {
                    "first": _label(items[0]),
                    "last": _label(items[-1]),
                    "reason": _one_line(error),
                }
            ) from error
        for label, outcome in outcomes:
            self.report.add(label, outcome)

    def _import(self, item: Item) -> Outcome:
        """One post, whatever may be wrong with it."""
        try:
            with transaction.atomic():
                outcome = self._decide(item)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            # The report names it, and the others go on.
            logger.debug("The post at line %d failed", item.line, exc_info=True)
            self._terms.forget_new()
            return Outcome(Result.FAILED, _one_line(error))
        self._terms.keep_new()
        return outcome

    def _decide(self, item: Item) -> Outcome:
        status = item.get("wp:status")
        if status in STATUSES_SKIPPED:
            return Outcome(Result.SKIPPED, _("its status is “%s”") % status)
        post = understand(item, self._survey, now=self._now)
        if post.key in self._seen:
            return Outcome(Result.SKIPPED, _("it is in the export twice"))
        self._seen.add(post.key)
        record = ImportedPost.objects.filter(blog_pk=self._blog.pk, guid=post.key).first()
        if record is None:
            return self._write(post, ImportedPost(blog_pk=self._blog.pk, guid=post.key), None)
        page = self._writer.find(record.post_pk)
        return self._reason_to_leave(post, record, page) or self._write(post, record, page)

    def _reason_to_leave(self, post: SourcePost, record: ImportedPost, page: Any) -> Outcome | None:
        """Why a post that was imported before stays as it is, or None."""
        if page is not None and record.fingerprint == post.fingerprint:
            return Outcome(Result.UNCHANGED)
        if self._options.overwrite:
            return None
        if page is None:
            return Outcome(Result.SKIPPED, _("deleted on this site since its import"))
        if page.latest_revision_id != record.revision_pk:
            return Outcome(Result.SKIPPED, _("edited on this site since its import"))
        withdrawn = page.first_published_at is not None and not page.live
        if withdrawn and post.visibility is Visibility.LIVE:
            return Outcome(Result.SKIPPED, _("unpublished on this site since its import"))
        return None

    def _write(self, post: SourcePost, record: ImportedPost, page: Any) -> Outcome:
        def gallery(ids: list[str]) -> list[Any]:
            return self._survey.gallery(post.post_id, ids)

        body = self._converter.convert(post.content, gallery)
        complete_title(post, body.opening)
        terms = PostTerms(
            self._terms.authors(post.authors or self._default_authors()),
            self._terms.categories(post.categories),
            self._terms.tags(post.tags),
        )
        outcome = Outcome(
            Result.IMPORTED if page is None else Result.CHANGED,
            post=post,
            body=body,
            featured_image=self._featured_image(post),
        )
        if not self._options.dry_run:
            if page is None:
                page = self._writer.create(post, body.blocks, terms)
            else:
                self._writer.update(page, post, body.blocks, terms)
            record.post_pk, record.revision_pk = page.pk, page.latest_revision_id
            record.fingerprint = post.fingerprint
            record.save()
            self._written.append(page.pk)
        return outcome

    def _default_authors(self) -> list[tuple[str, str]]:
        name = self._options.default_author
        return [(author_key(name), name)] if name else []

    def _featured_image(self, post: SourcePost) -> str:
        """The address of the featured image, or its id if the export lacks it."""
        if not post.thumbnail_id:
            return ""
        picture = self._survey.pictures.get(post.thumbnail_id)
        return picture.url if picture else _("attachment %s, not in the export") % post.thumbnail_id

    def _complete_report(self, reader: Reader) -> None:
        report, survey = self.report, self._survey
        report.other_types = survey.other_types
        report.comments = survey.comments
        report.created = self._terms.created
        report.repaired_characters = reader.source.repaired
        report.problems += self._terms.problems
        report.problems += [
            _("category “%s”: its parents form a circle, it became a root") % name
            for name in survey.broken_cycles
        ]


def is_embeddable(address: str) -> bool:
    """Whether one of the site's embed finders knows the address. No request is made."""
    return any(finder.accept(address) for finder in get_finders())


def _check_blocks(blog: Any) -> None:
    body = blog.get_post_model()._meta.get_field("body")
    if missing := BLOCKS_NEEDED - set(body.stream_block.child_blocks):
        raise ExportError(
            _(
                "The import needs body blocks that MKT_BLOG['BODY_BLOCKS'] has removed: %s."
                " Keep them while you import."
            )
            % ", ".join(sorted(missing))
        )


def _label(item: Item) -> str:
    return _("“%(title)s” (line %(line)d)") % {"title": item.label, "line": item.line}


def _stop_message(reason: str, last: str) -> str:
    if not last:
        return _("%s; no post came before.") % reason
    return _(
        "%(reason)s; the last post before that is %(post)s. What came before stays, and running"
        " the command again goes on from there."
    ) % {"reason": reason, "post": last}


def _one_line(error: Exception) -> str:
    messages = getattr(error, "messages", None) or [str(error)]
    return " ".join(" ".join(messages).split()) or type(error).__name__
