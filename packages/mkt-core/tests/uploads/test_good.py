"""Files as publishers have them: accepted, and no pixel is another."""

import pytest
from PIL import Image

from mkt_core.conf import core_settings
from mkt_core.uploads.images import cleaning

from . import archives, pictures
from .threats import PDF, RECT, SVG

LOGO = SVG % (
    b'<title>Logo</title><defs><linearGradient id="a"><stop offset="0" stop-color="#fff"/></linearGradient></defs>'
    b'<g id="b">' + RECT + b'</g><use xlink:href="#b" x="2"/><path d="M0 0h9v9z" fill="url(#a)"/>'
)
ILLUSTRATOR = b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY ns "http://ns.adobe.com/x/">]>' + LOGO


def images():
    picture, encoded = pictures.picture, pictures.encoded
    yield "camera.jpg", pictures.jpeg(orientation=6)
    yield "mirrored.JPG", pictures.jpeg(orientation=5)
    yield "progressive.jpeg", pictures.jpeg(progressive=True)
    yield "print.jpg", encoded(picture(mode="CMYK"), "JPEG", quality=90, icc_profile=pictures.ICC)
    yield "grey.jpg", encoded(picture(mode="L"), "JPEG")
    yield "restarts.jpg", encoded(picture(), "JPEG", restart_marker_rows=1)
    yield "transparent.png", pictures.png("RGBA", icc_profile=pictures.ICC)
    yield "palette.png", encoded(picture(mode="P"), "PNG", transparency=3)
    yield "grey16.png", encoded(Image.new("I;16", (40, 30), 40_000), "PNG")
    yield "colour16.png", pictures.png_rgb16()
    yield "bits.png", pictures.png("1")
    yield "animated.gif", pictures.animation("GIF", disposal=2)
    yield "still.gif", encoded(picture(mode="P"), "GIF", transparency=1)
    yield "lossy.webp", encoded(picture(), "WEBP", icc_profile=pictures.ICC)
    yield (
        "lossless.webp",
        encoded(picture(mode="RGBA"), "WEBP", lossless=True, exif=pictures.camera_exif(6)),
    )
    yield "animated.webp", pictures.animation("WEBP")
    yield "picture.avif", encoded(picture(mode="RGBA"), "AVIF", exif=pictures.camera_exif(6))
    yield "phone.heic", encoded(picture(), "HEIF", exif=pictures.camera_exif(6))
    yield "scan.tiff", encoded(picture(), "TIFF", tiffinfo={274: 6, 272: pictures.MODEL})
    pages = [picture(seed=2), picture((60, 90), seed=3)]
    yield "fax.tiff", encoded(picture(), "TIFF", save_all=True, append_images=pages)
    yield "old.bmp", encoded(picture(), "BMP")


def documents():
    yield "report.pdf", PDF % (b"/OpenAction[1 0 R/Fit]", b"")
    yield "table.csv", "Größe;Preis\r\n1;2,50 €\r\n".encode("cp1252")
    yield "notes.txt", "Grüße\n".encode()
    yield "utf16.txt", "Grüße".encode("utf-16")
    yield "dates.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    yield (
        "letter.docx",
        archives.docx(
            **{
                "word/media/image1.png": pictures.png(),
                "word/embeddings/a.xlsx": archives.zipped({"a": "a"}),
            }
        ),
    )
    yield (
        "house-style.docx",
        archives.docx(
            **{
                "word/_rels/settings.xml.rels": '<Relationships><Relationship Type="http://schemas/attachedTemplate" '
                'Target="file:///C:\\Users\\Ada\\House%20style.dotx" TargetMode="External"/></Relationships>'
            }
        ),
    )
    yield "letter.odt", archives.odt()
    yield (
        "talk.key",
        archives.zipped({"Index/Document.iwa": b"\0\1", "Data/a.jpg": pictures.jpeg()}),
    )
    yield "old.pages", archives.zipped({"index.xml": "<document/>"})
    yield (
        "files.zip",
        archives.zipped(
            {
                "folder/a.txt": "a",
                "folder/photo.jpg": pictures.jpeg(),
                "b.docx": archives.docx(),
                "site/index.html": "<html>",
            }
        ),
    )
    yield "large.zip", archives.with_zip64_end(archives.zipped({"a.txt": "a"}))
    yield "files.tar.gz", archives.gzipped(archives.tarred(archives.regular("a.txt", b"a" * 2000)))
    yield "log.txt.gz", archives.gzipped(b"line\n" * 1000)
    yield "old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    yield "song.mp3", b"ID3\x04\0\0\0\0\0\0" + bytes(500)


def test_images_look_as_before(editor, subtests):
    for filename, data in images():
        with subtests.test(msg=filename):
            outcome = editor.upload("image", filename, data)

            assert not isinstance(outcome, str), outcome
            with outcome.file.open() as file:
                stored = file.read()
            assert pictures.same_pixels(data, stored)
            assert icc(data) == icc(stored)
            assert not pictures.metadata(stored) & {"GPS", "Artist", "Model", "xmp"}
            shown = next(turned.size for turned in pictures.frames(data))
            assert sorted((outcome.width, outcome.height)) == sorted(shown)


def test_sixteen_bits_stay_sixteen_bits(editor):
    data = pictures.png_rgb16()

    outcome = editor.upload("image", "colour16.png", data)

    with outcome.file.open() as file:
        assert file.read() == data


def test_animations_keep_their_timing(editor, subtests):
    for kind, filename in (("GIF", "a.gif"), ("WEBP", "a.webp")):
        with subtests.test(msg=kind):
            outcome = editor.upload("image", filename, pictures.animation(kind))

            with outcome.file.open() as file, Image.open(file) as image:
                assert image.n_frames == 4
                assert image.info["loop"] == 0
                image.seek(1)
                image.load()
                assert image.info["duration"] == 120


@pytest.mark.parametrize("data", [LOGO, ILLUSTRATOR], ids=["logo", "illustrator"])
def test_svg_keeps_what_it_draws(editor, data):
    outcome = editor.upload("image", "logo.svg", data)

    assert not isinstance(outcome, str), outcome
    with outcome.file.open() as file:
        stored = file.read()
    for drawn in (b"<linearGradient", b"#b", b"M0 0h9v9z", b"url(#a)", b"Logo"):
        assert drawn in stored


def test_documents_are_stored_as_they_are(editor, subtests):
    for filename, data in documents():
        with subtests.test(msg=filename):
            outcome = editor.upload("document", filename, data)

            assert not isinstance(outcome, str), outcome
            assert outcome.filename == filename
            with outcome.file.open() as file:
                assert file.read() == data


def icc(data):
    from io import BytesIO

    with Image.open(BytesIO(data)) as image:
        return image.info.get("icc_profile")


def test_animated_png_keeps_its_frames():
    """Wagtail's form knows no animated PNG; one that comes in by code stays one."""
    data = pictures.with_chunk(pictures.animation("PNG"), b"tEXt", b"Comment\0x")

    cleaned = cleaning.cleaned("png", data, core_settings.current)

    assert pictures.same_pixels(data, cleaned)
    assert b"Comment" not in cleaned
