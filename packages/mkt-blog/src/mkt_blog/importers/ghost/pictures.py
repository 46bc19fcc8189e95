"""Feature images out of the folder ``content/images`` of a Ghost installation."""

import hashlib
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.images import get_image_model
from wagtail.images.fields import WagtailImageField

TITLE_MAX_LENGTH = 255
# "size/w600/" stands in the address of a scaled copy.
_IN_CONTENT = re.compile(r"/content/images/(?:size/[\w-]+/(?:format/\w+/)?)?(?P<path>.+)\Z")


class Pictures:
    """Finds a picture by its address and makes an image of it once, however many posts show it."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder.resolve() if folder else None

    def path(self, address: str) -> Path | None:
        """The file, or None: without a folder, for a picture of another site, for one that is not there."""
        try:
            match = _IN_CONTENT.search(unquote(urlsplit(address).path))
        except ValueError:
            return None
        if self._folder is None or match is None:
            return None
        try:
            found = (self._folder / match["path"]).resolve()
            # A path with ".." or a link must not lead out of the folder.
            return found if found.is_relative_to(self._folder) and found.is_file() else None
        except (OSError, ValueError):
            return None

    def image(self, path: Path) -> Any:
        """The image of this site with the same content, else a new one. What mkt_core thinks of uploads holds.

        Raises:
            ValidationError: the file is no picture, or is not let in.
        """
        model = get_image_model()
        content = path.read_bytes()
        # As Wagtail does it. Cleaning may change the content; what comes again is known by what came.
        digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        if known := model._default_manager.filter(file_hash=digest).first():
            return known
        # The field of the admin's form: it looks at a picture before anything opens it.
        file = WagtailImageField().clean(SimpleUploadedFile(path.name, content))
        image = model(title=path.stem[:TITLE_MAX_LENGTH], file=file, file_hash=digest)
        image.save()
        return image
