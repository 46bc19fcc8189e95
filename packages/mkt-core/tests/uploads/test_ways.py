"""The ways by which a file comes in: none goes around the guard."""

import gc
import logging
import resource

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail import VERSION
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import UploadedFile

from mkt_core.uploads import UploadRefused

from . import pictures, threats

GPS = pictures.MODEL.encode()

# Wagtail leaves some of the files open that it has measured.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*original_images:ResourceWarning")


def photo(name="photo.jpg"):
    return SimpleUploadedFile(name, pictures.jpeg(orientation=6), "image/jpeg")


def content(field_file):
    with field_file.open() as file:
        return file.read()


class TestForms:
    def test_page_for_one_image(self, editor):
        response = editor.client.post(reverse("wagtailimages:add"), {"title": "A", "file": photo()})

        assert response.status_code == 302
        assert GPS not in content(Image.objects.get().file)

    def test_message_is_beside_the_field(self, editor):
        file = SimpleUploadedFile("big.png", pictures.raw_png(9000, 9000))

        response = editor.client.post(reverse("wagtailimages:add"), {"title": "A", "file": file})

        assert "too many pixels (9000 × 9000). At most 50.0 million" in response.content.decode()
        assert editor.stored() == []

    def test_upload_tab_of_the_chooser(self, editor):
        url = reverse("wagtailimages_chooser:create")
        fields = {"image-chooser-upload-title": "A", "image-chooser-upload-file": photo()}

        assert editor.client.post(url, fields).status_code == 200
        assert GPS not in content(Image.objects.get().file)

    def test_new_file_for_an_image(self, editor):
        image = editor.upload("image", "a.png", pictures.png())
        old = image.file.name

        editor.client.post(
            reverse("wagtailimages:edit", args=[image.pk]), {"title": "A", "file": photo()}
        )

        image.refresh_from_db()
        assert image.filename.startswith("photo")
        assert GPS not in content(image.file)
        assert old not in editor.stored()

    def test_refused_new_file_leaves_the_old_one(self, editor):
        image = editor.upload("image", "a.png", pictures.png())
        page = SimpleUploadedFile("a.png", threats.HTML)

        editor.client.post(
            reverse("wagtailimages:edit", args=[image.pk]), {"title": "A", "file": page}
        )

        image.refresh_from_db()
        assert pictures.same_pixels(content(image.file), pictures.png())
        assert [name for name in editor.stored() if "images/a.png" in name] == [image.file.name]

    def test_upload_that_waits_for_its_title(self, editor):
        response = editor.client.post(
            reverse("wagtailimages:add_multiple"), {"title": "", "files[]": photo("x.php.jpg")}
        )
        upload = UploadedFile.objects.get()
        assert GPS not in content(upload.file)
        assert "php.jpg" not in upload.file.name.replace("_php.jpg", "")

        pk = response.json()["uploaded_file_id"]
        url = reverse("wagtailimages:create_multiple_from_uploaded_image", args=[pk])
        editor.client.post(
            url, {f"uploaded-image-{pk}-title": "A", f"uploaded-image-{pk}-tags": ""}
        )

        assert GPS not in content(Image.objects.get().file)
        gc.collect()

    @pytest.mark.skipif(VERSION < (8, 0), reason="Wagtail 8.0 has it first")
    def test_api(self, media, admin_user, collection):
        from wagtail.documents.api.v3.form_data import build_document_form
        from wagtail.images.api.v3.form_data import build_image_form

        class Data:
            def model_dump(self, **kwargs):
                return {"title": "A", "collection_id": collection.pk}

        image = build_image_form(Image, Data(), photo(), admin_user)
        assert image.is_valid(), image.errors
        assert GPS not in content(image.save().file)
        page = SimpleUploadedFile("a.pdf", threats.HTML)
        assert "file" in build_document_form(Document, Data(), page, admin_user).errors


class TestSaving:
    def test_image_is_cleaned(self, media, collection):
        image = Image.objects.create(title="A", file=photo("../a/x.php.jpg"))

        assert GPS not in content(image.file)
        assert image.filename == "x_php.jpg"
        assert (image.width, image.height) == (120, 80)

    def test_hostile_file_is_refused(self, media, collection, editor):
        with pytest.raises(UploadRefused):
            Document.objects.create(title="A", file=ContentFile(threats.HTML, name="a.pdf"))

        assert editor.stored() == []

    def test_saving_again_does_not_look_again(self, media, collection, told):
        image = Image.objects.create(title="A", file=photo())
        told.clear()

        image.title = "B"
        image.save()

        assert told == []

    def test_only_forms(self, settings, media, collection):
        settings.MKT_CORE = {"UPLOADS": "forms"}

        assert GPS in content(Image.objects.create(title="A", file=photo()).file)

    def test_nothing(self, settings, editor):
        settings.MKT_CORE = {"UPLOADS": "none"}

        assert GPS in content(editor.upload("image", "a.jpg", pictures.jpeg()).file)

    def test_size_is_taken_from_the_header(self, media, collection, monkeypatch):
        from PIL import ImageFile

        data = {
            kind: pictures.encoded(pictures.picture(), kind)
            for kind in ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
        }
        monkeypatch.setattr(ImageFile.ImageFile, "load", lambda self: pytest.fail("was decoded"))

        for kind, one in data.items():
            image = Image(title="A", file=ContentFile(one, name=f"a.{kind.lower()}"))
            assert (image.width, image.height) == (120, 80)


class TestTelling:
    def test_refusal_is_logged_without_content(self, editor, told, caplog):
        with caplog.at_level(logging.INFO, logger="mkt_core.uploads"):
            editor.upload("document", "a.txt", b"<html>secret")

        [(kind, said)] = told
        assert kind == "refused"
        assert (said["what"], said["name"], said["code"], said["size_bytes"]) == (
            "document",
            "a.txt",
            "executable",
            12,
        )
        assert "Upload refused: executable" in caplog.text
        assert "secret" not in str([vars(record) for record in caplog.records])

    def test_cleaning_says_how_much_was_removed(self, editor, told):
        data = pictures.jpeg()

        image = editor.upload("image", "a.jpg", data)

        [(kind, said)] = told
        assert kind == "cleaned"
        assert said["removed_bytes"] == len(data) - image.file.size > 0

    def test_clean_file_is_not_told(self, editor, told):
        editor.upload("image", "a.png", pictures.png())

        assert told == []


class TestCopyright:
    def test_is_kept_if_wanted(self, settings, editor):
        settings.MKT_CORE = {"UPLOAD_KEEP_COPYRIGHT": True}

        stored = content(editor.upload("image", "a.jpg", pictures.jpeg(orientation=6)).file)

        assert pictures.metadata(stored) == {"Artist", "Copyright", "Orientation"}
        assert b"Ada b1843/b" in stored
        assert GPS not in stored


@pytest.fixture
def full_disk():
    """No file may have more than 1,000 bytes, like on a disk that is full: a real refusal by the kernel."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


class TestFullDisk:
    def test_is_a_message_and_leaves_nothing(self, editor, full_disk):
        message = editor.upload("image", "a.jpg", pictures.jpeg())

        assert message.startswith("There is no room left")
        assert editor.stored() == []

    def test_of_a_document(self, editor, full_disk):
        assert editor.upload("document", "a.txt", b"x" * 5000).startswith("There is no room left")
        assert editor.stored() == []
