"""One import of a Ghost export."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..importer import Options, PostImporter, is_embeddable
from ..wordpress.body import Body
from ..wordpress.errors import ExportError
from ..wordpress.posts import SourcePost
from ..wordpress.report import Outcome
from ..wordpress.terms import Terms
from .body import PLACEHOLDER, convert, source_html
from .export import Row, label_of, read_export, text
from .pictures import Pictures
from .posts import DEFAULT_PERMALINK, is_permalink, understand


class Importer(PostImporter):
    """Imports one export into one blog; see ``PostImporter``."""

    def __init__(
        self,
        blog: Any,
        path: Path,
        options: Options,
        progress: Callable[[int, int], None] = lambda done, total: None,
        *,
        base_url: str = "",
        images: Path | None = None,
        permalink: str = DEFAULT_PERMALINK,
    ) -> None:
        """Read the export; nothing is written yet.

        Raises:
            ExportError: it cannot be imported, or ``permalink`` or ``images`` is not usable.
            ImproperlyConfigured: nh3 is not installed.
        """
        super().__init__(blog, options, progress)
        if not is_permalink(permalink):
            raise ExportError(
                _("“%s” is no pattern of addresses such as /{slug}/ or /{year}/{month}/{slug}/.")
                % permalink
            )
        if images is not None and not images.is_dir():
            raise ExportError(_("There is no folder %s.") % images)
        self._export = read_export(path)
        self._base_url, self._permalink = base_url, permalink
        self._pictures = Pictures(images)
        self._blocks = set(blog.get_post_model()._meta.get_field("body").stream_block.child_blocks)
        self.terms = Terms(
            self._export, blog.locale, post_class=blog.get_post_model(), dry_run=options.dry_run
        )
        self._unknown_cards: dict[str, list[str]] = {}
        # Key of a post -> address of its feature image, and the file if there is one.
        self._feature_images: dict[str, tuple[str, Path | None]] = {}

    def records(self) -> Iterator[Row]:
        for number, row in enumerate(self._export.posts, start=1):
            self.progress(number, len(self._export.posts))
            yield row

    def label(self, record: Row) -> str:
        return _("“%(name)s”") % {"name": label_of(record)}

    def understand(self, record: Row) -> SourcePost | Outcome:
        post = understand(
            record,
            self._export,
            base_url=self._base_url,
            permalink=self._permalink,
            now=self.now,
        )
        post.content, self._unknown_cards[post.key] = source_html(record, self._base_url)
        address = text(record, "feature_image").replace(PLACEHOLDER, self._base_url.rstrip("/"))
        file = self._pictures.path(address)
        self._feature_images[post.key] = address, file
        # The same export with a folder of pictures, or another address, is another import.
        told = f"{post.fingerprint}{self._base_url}{file is not None}"
        post.fingerprint = hashlib.sha256(told.encode()).hexdigest()
        return post

    def convert(self, post: SourcePost) -> Body:
        body = convert(
            post.content,
            embeddable=is_embeddable,
            base_url=self._base_url,
            blocks=self._blocks,
        )
        body.dynamic_blocks = self._unknown_cards.pop(post.key, [])
        return body

    def featured_image(self, post: SourcePost) -> str:
        address, file = self._feature_images[post.key]
        return "" if file else address

    def before_writing(self, post: SourcePost) -> None:
        path = self._feature_images[post.key][1]
        if path is None:
            return
        try:
            post.hero_image = self._pictures.image(path)
        except (ValidationError, OSError) as error:
            reason = " ".join(getattr(error, "messages", [str(error)]))
            note = _("its feature image %(name)s was refused: %(reason)s")
            post.notes.append(note % {"name": path.name, "reason": reason})

    def complete_report(self) -> None:
        super().complete_report()
        self.report.other_types.update(self._export.others)
