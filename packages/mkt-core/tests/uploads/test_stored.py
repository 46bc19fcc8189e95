"""manage.py mkt_uploads"""

import io
import os
import time

import pytest
from django.core.files.storage import InMemoryStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from wagtail.documents.models import Document
from wagtail.images.models import Image

from . import pictures
from .pictures import metadata


@pytest.fixture
def before(settings, media, collection):
    """Two images, a rendition and two documents from the time before."""
    settings.MKT_CORE = {"UPLOADS": "none"}
    photo = pictures.jpeg(orientation=6)
    image = Image.objects.create(title="A", file=SimpleUploadedFile("a.jpg", photo))
    Image.objects.create(title="B", file=SimpleUploadedFile("b.png", pictures.png()))
    image.get_rendition("width-50")
    Document.objects.create(title="C", file=SimpleUploadedFile("c.jpg", photo))
    Document.objects.create(title="D", file=SimpleUploadedFile("d.txt", b"text"))
    settings.MKT_CORE = {}
    return Image.objects.get(pk=image.pk)


def run(*arguments):
    output = io.StringIO()
    call_command("mkt_uploads", *arguments, stdout=output)
    return output.getvalue()


def data(file):
    with file.storage.open(file.name) as stored:
        return stored.read()


def test_check_changes_nothing(before):
    output = run("check")

    assert "unclean  wagtailimages.Image" in output
    assert output.splitlines()[-1] == "1 clean, 3 unclean, 0 cleaned, 0 refused, 0 missing, 1 other"
    assert "GPS" in metadata(data(before.file))


def test_clean_is_dry_unless_told_to_write(before):
    assert "--write" in run("clean").splitlines()[-1]
    assert "GPS" in metadata(data(before.file))


def test_clean_keeps_names_and_pixels(before):
    old, name = data(before.file), before.file.name

    output = run("clean", "--write")

    assert output.splitlines()[-1] == "1 clean, 0 unclean, 3 cleaned, 0 refused, 0 missing, 1 other"
    image = Image.objects.get(pk=before.pk)
    assert image.file.name == name
    assert metadata(data(image.file)) == {"Orientation"}
    assert pictures.same_pixels(data(image.file), old)
    assert metadata(data(image.renditions.get().file)) == set()
    assert "GPS" not in metadata(data(Document.objects.get(title="C").file))


def test_hash_and_size_are_those_of_the_new_file(before):
    run("clean", "--write")

    image = Image.objects.get(pk=before.pk)
    stored = (image.file_size, image.file_hash)
    image._set_image_file_metadata()
    assert stored == (image.file_size, image.file_hash)
    image.file.close()


def test_second_run_finds_nothing(before):
    run("clean", "--write")

    assert run("clean", "--write").startswith("4 clean, 0 unclean, 0 cleaned")


def test_storage_elsewhere_gets_a_new_name(before, monkeypatch):
    storage, photo = InMemoryStorage(), data(before.file)
    monkeypatch.setattr(Image._meta.get_field("file"), "storage", storage)
    Image.objects.exclude(pk=before.pk).delete()
    storage.save(before.file.name, SimpleUploadedFile("a.jpg", photo))

    run("clean", "--write")

    image = Image.objects.get(pk=before.pk)
    assert image.file.name != before.file.name
    assert metadata(data(image.file)) == {"Orientation"}
    assert not storage.exists(before.file.name)


def test_missing_and_broken_files_are_named(before, media):
    path = before.file.path
    with open(path, "wb") as file:
        file.write(b"\xff\xd8\xff broken")
    os.unlink(Image.objects.get(title="B").file.path)

    output = run("clean", "--write")

    assert "refused  wagtailimages.Image" in output
    assert "missing  wagtailimages.Image" in output


def test_what_is_no_picture_is_named_and_what_is_not_looked_at_is_not_called_clean(before):
    with open(before.file.path, "wb") as file:
        file.write(b"<html><script>alert(1)</script>")
    with open(Image.objects.get(title="B").file.path, "wb") as file:
        file.write(pictures.encoded(pictures.picture(), "TIFF"))

    lines = run("check", "--originals-only").splitlines()

    assert f"refused  wagtailimages.Image {before.pk} {before.file.name} (no picture)" in lines
    assert lines[-1] == "0 clean, 1 unclean, 0 cleaned, 1 refused, 0 missing, 2 other"


def test_files_of_killed_processes_go(before, media):
    path = os.path.join(media, ".mkt-upload-abc")
    with open(path, "wb") as file:
        file.write(b"half")
    run("clean", "--write")
    assert os.path.exists(path)

    os.utime(path, (time.time() - 90_000,) * 2)

    assert "1 files removed" in run("clean", "--write")
    assert not os.path.exists(path)


def test_queries_do_not_grow_with_files(before, django_assert_num_queries):
    with django_assert_num_queries(6):
        run("check")
