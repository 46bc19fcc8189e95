"""One import from the beginning to the end, whatever the posts come from."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.embeds.finders import get_finders

from mkt_blog.html import require_nh3
from mkt_blog.models import ImportedPost

from .old_addresses import redirect_to, require_redirects
from .wordpress.body import Body
from .wordpress.errors import ExportError, ExportStopped
from .wordpress.indexing import index_batch, indexing_suspended
from .wordpress.links import PostTerms
from .wordpress.names import author_key
from .wordpress.posts import SourcePost, Visibility, complete_title
from .wordpress.report import Outcome, Report, Result
from .wordpress.terms import Terms
from .wordpress.writer import Writer

logger = logging.getLogger(__name__)

# Posts in one transaction: more save nothing, and other writers wait for it.
BATCH_POSTS = 50
BLOCKS_NEEDED = {"code", "embed", "heading", "html", "paragraph", "quote"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to import.

    ``default_author`` is the name for posts that have no author; with ``redirects`` their old addresses lead to the
    new ones.
    """

    dry_run: bool = False
    overwrite: bool = False
    default_author: str = ""
    redirects: bool = False


class BatchFailedError(Exception):
    """A batch of posts could not be written; what came before is."""


class PostImporter:
    """Imports posts into one blog. A subclass says what an export is: see the methods that raise NotImplementedError.

    Each post is written in a transaction of its own, with its terms and its entry in
    ``ImportedPost``: a fault costs that post and nothing else, and an import that was killed is
    completed by the next one.
    """

    terms: Terms

    def __init__(
        self,
        blog: Any,
        options: Options,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        """Nothing is written yet.

        Raises:
            ExportError: the blog lacks blocks that an import needs, or there is no app for redirects.
            ImproperlyConfigured: nh3 is not installed.
        """
        require_nh3()
        _check_blocks(blog)
        if options.redirects:
            require_redirects()
        self.report = Report(dry_run=options.dry_run)
        self.blog = blog
        self.options = options
        self.progress = progress
        self.now = timezone.now()
        self._writer = Writer(blog)
        self._seen: set[str] = set()
        # Pages of the batch, and those of them that were not there before.
        self._written: list[int] = []
        self._created: list[Any] = []

    def records(self) -> Iterator[Any]:
        """The posts of the export, in its own order.

        Raises:
            ExportStopped: the export breaks off; what came before is good.
        """
        raise NotImplementedError

    def label(self, record: Any) -> str:
        """How the report names a post."""
        raise NotImplementedError

    def understand(self, record: Any) -> SourcePost | Outcome:
        """The post, or why it is skipped."""
        raise NotImplementedError

    def convert(self, post: SourcePost) -> Body:
        raise NotImplementedError

    def complete_report(self) -> None:
        """Add what the export holds beside posts."""
        self.report.created = self.terms.created
        self.report.problems += self.terms.problems

    def featured_image(self, post: SourcePost) -> str:
        """What the report says of a picture that must be added by hand; "" if there is none."""
        return ""

    def before_writing(self, post: SourcePost) -> None:
        """Called in the transaction of a post that is going to be written."""

    def run(self) -> Report:
        """Import every post; the report says what became of each, and where it stopped."""
        last = ""
        with indexing_suspended(self._writer.post_class):
            try:
                for batch in self._batches():
                    self._import_batch(batch)
                    last = self.label(batch[-1])
            except (ExportStopped, BatchFailedError) as stopped:
                self.report.stopped = _stop_message(str(stopped), last)
            except KeyboardInterrupt:
                self.report.stopped = _stop_message(_("The import was interrupted"), last)
        self.complete_report()
        return self.report

    def _batches(self) -> Iterator[list[Any]]:
        """The posts of the export; what stands before a broken place comes before the error."""
        batch: list[Any] = []
        try:
            for record in self.records():
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

    def _import_batch(self, items: list[Any]) -> None:
        """Some posts in one transaction, with a savepoint for each."""
        self._written.clear()
        self._created.clear()
        try:
            with transaction.atomic():
                outcomes = [(self.label(item), self._import(item)) for item in items]
                self._writer.complete(self._created)
                index_batch(self._writer.post_class, self._written)
        except Exception as error:
            # The database is gone, or the search index is broken: no post would fare better.
            logger.debug("A batch failed", exc_info=True)
            raise BatchFailedError(
                _("The import failed between %(first)s and %(last)s (%(reason)s)")
                % {
                    "first": self.label(items[0]),
                    "last": self.label(items[-1]),
                    "reason": _one_line(error),
                }
            ) from error
        for label, outcome in outcomes:
            self.report.add(label, outcome)

    def _import(self, item: Any) -> Outcome:
        """One post, whatever may be wrong with it."""
        try:
            with transaction.atomic():
                outcome = self._decide(item)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            # The report names it, and the others go on.
            logger.debug("The post %s failed", self.label(item), exc_info=True)
            self.terms.forget_new()
            return Outcome(Result.FAILED, _one_line(error))
        self.terms.keep_new()
        return outcome

    def _decide(self, item: Any) -> Outcome:
        post = self.understand(item)
        if isinstance(post, Outcome):
            return post
        if post.key in self._seen:
            return Outcome(Result.SKIPPED, _("it is in the export twice"))
        self._seen.add(post.key)
        record = ImportedPost.objects.filter(blog_pk=self.blog.pk, guid=post.key).first()
        if record is None:
            return self._write(post, ImportedPost(blog_pk=self.blog.pk, guid=post.key), None)
        page = self._writer.find(record.post_pk)
        return self._reason_to_leave(post, record, page) or self._write(post, record, page)

    def _reason_to_leave(self, post: SourcePost, record: ImportedPost, page: Any) -> Outcome | None:
        """Why a post that was imported before stays as it is, or None."""
        if page is not None and record.fingerprint == post.fingerprint:
            return Outcome(Result.UNCHANGED)
        if self.options.overwrite:
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
        body = self.convert(post)
        complete_title(post, body.opening)
        terms = PostTerms(
            self.terms.authors(post.authors or self._default_authors()),
            self.terms.categories(post.categories),
            self.terms.tags(post.tags),
        )
        outcome = Outcome(
            Result.IMPORTED if page is None else Result.CHANGED,
            post=post,
            body=body,
            featured_image=self.featured_image(post),
        )
        if not self.options.dry_run:
            self.before_writing(post)
            is_new = page is None
            if is_new:
                page = self._writer.create(post, body.blocks, terms)
            else:
                self._writer.update(page, post, body.blocks, terms)
            record.post_pk, record.revision_pk = page.pk, page.latest_revision_id
            record.fingerprint = post.fingerprint
            record.save()
            if self.options.redirects and post.visibility is not Visibility.DRAFT:
                redirect_to(page, post.old_path)
            self._written.append(page.pk)
            if is_new:
                self._created.append(page)
        return outcome

    def _default_authors(self) -> list[tuple[str, str]]:
        name = self.options.default_author
        return [(author_key(name), name)] if name else []


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
