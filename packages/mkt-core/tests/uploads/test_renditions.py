"""What is published: renditions, also of images that are older than the guard."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.images.models import Image

from . import pictures

SPECS = [
    "width-60",
    "original",
    "format-png",
    "format-webp",
    "format-avif|width-40",
    "fill-30x30|jpegquality-90",
]


@pytest.fixture
def old_image(settings, media, collection):
    """Stored before mkt-core was installed, place and all."""
    settings.MKT_CORE = {"UPLOADS": "none"}
    file = SimpleUploadedFile("old.jpg", pictures.jpeg(orientation=6))
    image = Image.objects.create(title="Old", file=file)
    settings.MKT_CORE = {}
    return Image.objects.get(pk=image.pk)


def stored(rendition):
    with rendition.file.storage.open(rendition.file.name) as file:
        return file.read()


def test_one_by_one(old_image):
    for spec in SPECS:
        data = stored(old_image.get_rendition(spec))

        assert pictures.metadata(data) == set()
        assert pictures.MODEL.encode() not in data


def test_several_at_once(old_image):
    for rendition in old_image.get_renditions(*SPECS).values():
        assert pictures.metadata(stored(rendition)) == set()


def test_are_turned_as_before(old_image):
    rendition = old_image.get_rendition("original")

    assert (rendition.width, rendition.height) == (80, 120)
    assert pictures.frames(stored(rendition))[0].size == (80, 120)


def test_without_mkt_core_they_tell(settings, old_image):
    settings.MKT_CORE = {"UPLOADS": "none"}

    assert "GPS" in pictures.metadata(stored(old_image.get_rendition("width-60")))


def test_rendition_survives_the_cache(settings, old_image):
    settings.CACHES = {
        "renditions": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    }

    first = old_image.get_rendition("width-50")

    assert Image.objects.get(pk=old_image.pk).get_rendition("width-50").url == first.url
