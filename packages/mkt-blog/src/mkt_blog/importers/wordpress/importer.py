"""One import of a WordPress export."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from ..importer import Options, PostImporter, is_embeddable
from .body import Body, BodyConverter
from .items import Item
from .posts import STATUSES_SKIPPED, SourcePost, understand
from .reader import Reader
from .report import Outcome, Result
from .survey import survey_export
from .terms import Terms


class Importer(PostImporter):
    """Imports one export into one blog; see ``PostImporter``."""

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
        super().__init__(blog, options, progress)
        self._survey = survey_export(path)
        self._reader = Reader(path)
        self.terms = Terms(
            self._survey, blog.locale, post_class=blog.get_post_model(), dry_run=options.dry_run
        )
        self._converter = BodyConverter(is_embeddable, self._survey.base_url)

    def records(self) -> Iterator[Item]:
        for number, record in enumerate(self._reader, start=1):
            self.progress(number, self._survey.records)
            if isinstance(record, Item) and record.post_type == "post":
                yield record

    def label(self, record: Item) -> str:
        return _("“%(title)s” (line %(line)d)") % {"title": record.label, "line": record.line}

    def understand(self, record: Item) -> SourcePost | Outcome:
        status = record.get("wp:status")
        if status in STATUSES_SKIPPED:
            return Outcome(Result.SKIPPED, _("its status is “%s”") % status)
        post = understand(record, self._survey, now=self.now)
        post.old_path = _path(record.get("link"))
        return post

    def convert(self, post: SourcePost) -> Body:
        def gallery(ids: list[str]) -> list[Any]:
            return self._survey.gallery(post.post_id, ids)

        return self._converter.convert(post.content, gallery)

    def featured_image(self, post: SourcePost) -> str:
        """The address of the featured image, or its id if the export lacks it."""
        if not post.thumbnail_id:
            return ""
        picture = self._survey.pictures.get(post.thumbnail_id)
        return picture.url if picture else _("attachment %s, not in the export") % post.thumbnail_id

    def complete_report(self) -> None:
        super().complete_report()
        report, survey = self.report, self._survey
        report.other_types = survey.other_types
        report.comments = survey.comments
        report.repaired_characters = self._reader.source.repaired
        report.problems += [
            _("category “%s”: its parents form a circle, it became a root") % name
            for name in survey.broken_cycles
        ]


def _path(link: str) -> str:
    """The path of a permalink; "" for the form of drafts (``/?p=17``), which has none."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    return "" if parts.query or parts.path in {"", "/"} else parts.path
