"""Is the picture small enough to be decoded? Asked of its header."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ..._settings.uploads import UploadSettings
from ..errors import UploadRefused
from .facts import ImageFacts


def check_limits(facts: ImageFacts, conf: UploadSettings) -> None:
    """Raises ``UploadRefused``."""
    width, height = facts.width, facts.height
    if width < 1 or height < 1:
        raise UploadRefused(_("This image has no pixels."), code="no_pixels")
    if width * height > conf.UPLOAD_MAX_PIXELS:
        raise UploadRefused(
            _(
                "This image has too many pixels (%(width)s × %(height)s). At most %(max)s million are allowed: make it "
                "smaller and upload it again."
            ),
            code="too_many_pixels",
            params={
                "width": width,
                "height": height,
                "max": number_format(round(conf.UPLOAD_MAX_PIXELS / 1_000_000, 1)),
            },
        )
    if max(width, height) > conf.UPLOAD_MAX_RATIO * min(width, height):
        raise UploadRefused(
            _("This image is too narrow (%(width)s × %(height)s pixels)."),
            code="bad_ratio",
            params={"width": width, "height": height},
        )
    too_long = facts.frames > conf.UPLOAD_MAX_FRAMES
    if too_long or width * height * facts.frames > conf.UPLOAD_MAX_ANIMATION_PIXELS:
        raise UploadRefused(
            ngettext_lazy(
                "This animation is too long (%(frames)s frame).",
                "This animation is too long (%(frames)s frames).",
                "frames",
            ),
            code="too_many_frames",
            params={"frames": facts.frames},
        )
