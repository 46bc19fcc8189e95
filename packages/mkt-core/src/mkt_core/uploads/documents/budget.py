"""How much may come out of an archive, all archives in it included."""

from __future__ import annotations

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ..._settings.uploads import UploadSettings
from ..errors import UploadRefused

# Below this, a high ratio is nothing but a file of zeros.
_HARMLESS_BYTES = 10 * 1024 * 1024


class Budget:
    """Files and bytes that are left; taking more raises ``UploadRefused``."""

    def __init__(self, archive_bytes: int, conf: UploadSettings) -> None:
        self.conf = conf
        self.max_entries = conf.UPLOAD_ARCHIVE_MAX_ENTRIES
        self.max_bytes = min(
            conf.UPLOAD_ARCHIVE_MAX_BYTES,
            max(int(conf.UPLOAD_ARCHIVE_MAX_RATIO * archive_bytes), _HARMLESS_BYTES),
        )
        self.entries = 0
        self.bytes = 0

    def take_entries(self, number: int = 1) -> None:
        self.entries += number
        if self.entries > self.max_entries:
            raise UploadRefused(
                ngettext_lazy(
                    "This archive holds too many files. At most %(max)s is allowed.",
                    "This archive holds too many files. At most %(max)s are allowed.",
                    "max",
                ),
                code="archive_entries",
                params={"max": self.max_entries},
            )

    def take_bytes(self, number: int) -> None:
        self.bytes += number
        self.has_room(0)

    def has_room(self, number: int) -> None:
        """Raises ``UploadRefused`` if ``number`` more bytes would be too many."""
        if self.bytes + number > self.max_bytes:
            raise UploadRefused(
                _("This archive is too large when unpacked. At most %(max)s are allowed."),
                code="archive_bomb",
                params={"max": filesizeformat(self.max_bytes)},
            )
