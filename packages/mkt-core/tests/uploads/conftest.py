import json
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection

from mkt_core import signals


class Editor:
    """Somebody who uploads files in the admin, and what is on the disk afterwards."""

    def __init__(self, client, media):
        self.client, self.media = client, media

    def upload(self, what, filename, data):
        """Through the page for several files. The stored file, or the message of the refusal."""
        app = "wagtailimages" if what == "image" else "wagtaildocs"
        response = self.client.post(
            reverse(f"{app}:add_multiple"),
            {"title": "A file", "files[]": SimpleUploadedFile(filename, data)},
        )
        assert response.status_code == 200
        answer = json.loads(response.content)
        if not answer["success"]:
            return answer["error_message"]
        model = get_image_model() if what == "image" else get_document_model()
        return model.objects.get(pk=answer["image_id" if what == "image" else "doc_id"])

    def stored(self):
        """Names of all files there are, those that wait included."""
        return sorted(
            str(path.relative_to(self.media))
            for path in Path(self.media).rglob("*")
            if path.is_file()
        )


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.MEDIA_URL = "/media/"
    # Where Wagtail remembers renditions of images that had the same key in another test.
    cache.clear()
    settings.ROOT_URLCONF = "tests.uploads.urls"
    settings.WAGTAILIMAGES_EXTENSIONS = [
        "avif",
        "bmp",
        "gif",
        "heic",
        "ico",
        "jpg",
        "jpeg",
        "png",
        "svg",
        "tiff",
        "webp",
    ]
    return settings.MEDIA_ROOT


@pytest.fixture
def collection(db):
    return Collection.objects.first() or Collection.add_root(name="Root")


@pytest.fixture
def editor(media, client, django_user_model, collection):
    client.force_login(django_user_model.objects.create_superuser("eva", "eva@example.com", "x"))
    return Editor(client, media)


@pytest.fixture
def told():
    """Signals of uploads: (name of the signal, what it says)."""
    found = []

    def refused(**kwargs):
        found.append(("refused", kwargs))

    def cleaned(**kwargs):
        found.append(("cleaned", kwargs))

    signals.upload_refused.connect(refused)
    signals.upload_cleaned.connect(cleaned)
    yield found
    signals.upload_refused.disconnect(refused)
    signals.upload_cleaned.disconnect(cleaned)
