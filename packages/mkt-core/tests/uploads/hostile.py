"""Files that somebody means ill with. Each is made here; none is stored in the repository.

``fate``: the code of the refusal, or "cleaned": then it is stored without ``forbidden`` and looks as before.
"""

import struct
import zlib

from PIL import Image

from . import archives, hostile_documents, pictures
from .pictures import chunk, raw_png, with_chunk, with_riff_chunk, with_segment
from .threats import EXE, GPS, HTML, PHP, RECT, SCRIPT, SVG, document, image


def everything():
    return [
        *polyglots(),
        *disguised(),
        *telltale(),
        *bombs(),
        *damaged(),
        *vectors(),
        *names(),
        *hostile_documents.pages_as_documents(),
        *hostile_documents.portable_documents(),
        *hostile_documents.zips(),
        *hostile_documents.offices(),
        *hostile_documents.tapes(),
    ]


def polyglots():
    """A picture, and something else at the same time."""
    plain, png, gif = pictures.plain_jpeg(), pictures.png(), pictures.animation("GIF")
    webp = pictures.encoded(pictures.picture(), "WEBP")
    avif = pictures.encoded(pictures.picture(), "AVIF")
    archive = archives.zipped({"a.txt": "hello"})
    category = "polyglot"
    yield image(category, "html-behind.jpg", plain + HTML, "cleaned", b"<html", b"<script")
    yield image(category, "zip-behind.jpg", plain + archive, "cleaned", b"PK\x03\x04")
    yield image(category, "php-in-comment.jpg", with_segment(plain, 0xFE, PHP), "cleaned", b"<?php")
    yield image(
        category, "html-in-app4.jpg", with_segment(plain, 0xE4, HTML), "cleaned", b"<script"
    )
    yield image(
        category,
        "php-in-exif.jpg",
        with_segment(plain, 0xE1, b"Exif\0\0MM" + PHP),
        "cleaned",
        b"<?php",
    )
    yield image(
        category,
        "js-in-jfif.jpg",
        with_segment(plain[:2] + plain[20:], 0xE0, b"JFIF\0\1\1\0\0\1\0\1\x09\x09" + SCRIPT),
        "cleaned",
        b"<script",
    )
    yield image(category, "php-in-table.jpg", php_in_table(plain), "cleaned", b"<?php")
    yield image(
        category, "html-in-scan.jpg", plain[:-2] + HTML + b"\xff\xd9", "cleaned", b"<script"
    )
    yield image(category, "html-behind.png", png + HTML, "cleaned", b"<script")
    yield image(category, "zip-behind.png", png + archive, "cleaned", b"PK\x03\x04")
    yield image(
        category,
        "php-in-text.png",
        with_chunk(png, b"tEXt", b"Comment\0" + PHP),
        "cleaned",
        b"<?php",
    )
    yield image(
        category, "php-in-own-chunk.png", with_chunk(png, b"phPx", PHP), "cleaned", b"<?php"
    )
    yield image(
        category,
        "php-in-profile-name.png",
        with_chunk(png, b"iCCP", PHP + b"\0\0" + zlib.compress(pictures.ICC), before=b"IDAT"),
        "cleaned",
        b"<?php",
    )
    yield image(category, "php-in-pixels.png", php_in_pixels(), "cleaned", b"<?php")
    yield image(
        category,
        "js-in-comment.gif",
        gif[:-1] + b"\x21\xfe" + bytes((len(SCRIPT),)) + SCRIPT + b"\0;",
        "cleaned",
        b"<script",
    )
    yield image(category, "js-in-size.gif", script_in_size(b"\1\0"), "bad_ratio")
    yield image(category, "js-in-size-2.gif", script_in_size(b"\0\1"), "cleaned", b"*/")
    yield image(category, "zip-behind.gif", gif + archive, "cleaned", b"PK\x03\x04")
    yield image(
        category,
        "php-in-application.gif",
        gif[:-1] + b"\x21\xff\x0bphp_payload" + bytes((len(PHP),)) + PHP + b"\0;",
        "cleaned",
        b"<?php",
    )
    yield image(
        category, "html-in-chunk.webp", with_riff_chunk(webp, b"JUNK", HTML), "cleaned", b"<script"
    )
    yield image(category, "html-behind.webp", webp + HTML, "cleaned", b"<script")
    yield image(
        category,
        "html-in-box.avif",
        avif + struct.pack(">L", 8 + len(HTML)) + b"free" + HTML,
        "cleaned",
        b"<script",
    )
    yield image(category, "html-behind.avif", avif + HTML, "cleaned", b"<script")


def disguised():
    """One thing under the name of another."""
    yield image("disguised", "page.jpg", HTML, "wrong_type")
    yield image("disguised", "program.jpg", EXE, "wrong_type")
    yield image("disguised", "png.jpg", pictures.png(), "wrong_type")
    yield image("disguised", "jpeg.png", pictures.plain_jpeg(), "wrong_type")
    yield image("disguised", "photoshop.jpg", b"8BPS\0\1" + bytes(60), "wrong_type")
    yield image("disguised", "postscript.png", b"%!PS-Adobe-3.0 EPSF-3.0\n", "wrong_type")
    yield image("disguised", "php.gif", b"GIF89a" + PHP, "damaged")
    yield image("disguised", "svg.png", SVG % RECT, "wrong_type")
    yield image(
        "disguised", "video.avif", b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(50), "wrong_type"
    )


def telltale():
    """Where and with what a photo was taken. Nobody means ill, and somebody may find the way home."""
    photo = pictures.picture()
    exif, raw = pictures.camera_exif(6), pictures.camera_exif(1).tobytes()
    yield image("telltale", "place.jpg", pictures.jpeg(orientation=6), "cleaned", *GPS)
    yield image("telltale", "place.png", pictures.png(exif=exif), "cleaned", *GPS)
    yield image(
        "telltale",
        "xmp.png",
        with_chunk(pictures.png(), b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + pictures.XMP),
        "cleaned",
        *GPS,
    )
    yield image(
        "telltale",
        "place.webp",
        pictures.encoded(photo, "WEBP", exif=exif, xmp=pictures.XMP),
        "cleaned",
        *GPS,
    )
    yield image(
        "telltale",
        "place.avif",
        pictures.encoded(photo, "AVIF", exif=exif, xmp=pictures.XMP),
        "cleaned",
        *GPS,
    )
    yield image(
        "telltale",
        "place.heic",
        pictures.encoded(photo, "HEIF", exif=raw, xmp=pictures.XMP),
        "cleaned",
        *GPS,
    )
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0c\x1c\x02\x5a\0\x06Vienna\0"
    yield image(
        "telltale",
        "iptc.jpg",
        with_segment(pictures.plain_jpeg(), 0xED, iptc),
        "cleaned",
        b"Vienna",
    )
    yield document("telltale", "place.jpg", pictures.jpeg(), "cleaned", *GPS)


def bombs():
    """Small, until somebody looks."""
    yield image(
        "bomb",
        "81-megapixels.png",
        raw_png(9000, 9000, bytes(9000 * 1126), depth=1, colour=0),
        "too_many_pixels",
    )
    yield image("bomb", "4-gigapixels.jpg", oversized_jpeg(), "too_many_pixels")
    yield image(
        "bomb",
        "canvas.gif",
        b"GIF89a\xff\xff\xff\xff\0\0\0" + b",\0\0\0\0\1\0\1\0\0\2\2D\1\0;",
        "too_many_pixels",
    )
    webp = pictures.encoded(pictures.picture((16, 16)), "WEBP", lossless=True)
    yield image(
        "bomb", "canvas.webp", webp[:21] + b"\xff\xff\xff\x0f" + webp[25:], "too_many_pixels"
    )
    yield image("bomb", "line.png", raw_png(100_000, 1, bytes(300_001)), "bad_ratio")
    yield image("bomb", "sticks-out.gif", sticks_out(), "bad_ratio")
    yield image("bomb", "second-page.tiff", second_page(), "bad_ratio")
    yield image("bomb", "scans.jpg", many_scans(), "damaged")
    yield image("bomb", "no-pixels.png", raw_png(0, 5), "no_pixels")
    yield image("bomb", "frames.gif", many_frames(5000), "too_many_frames")
    yield image("bomb", "frames.png", many_png_frames(3000), "too_many_frames")
    yield image("bomb", "inflates.png", raw_png(100, 100, bytes(3_000_000)), "damaged")
    yield image(
        "bomb",
        "profile.png",
        raw_png(
            9,
            9,
            bytes(9 * 28),
            extra=chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(20_000_000), 1)),
        ),
        "cleaned",
    )
    yield image(
        "bomb",
        "text.png",
        raw_png(
            9,
            9,
            bytes(9 * 28),
            extra=chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(20_000_000), 1)),
        ),
        "cleaned",
    )


def damaged():
    plain, png = pictures.plain_jpeg(), pictures.png()
    yield image("damaged", "half.jpg", plain[: len(plain) // 2], "damaged")
    yield image("damaged", "half.png", png[: len(png) // 2], "damaged")
    yield image(
        "damaged", "half.webp", pictures.encoded(pictures.picture(), "WEBP")[:-200], "damaged"
    )
    yield image(
        "damaged", "half.avif", pictures.encoded(pictures.picture(), "AVIF")[:-300], "damaged"
    )
    yield image("damaged", "two-headers.png", two_headers(), "damaged")
    yield image("damaged", "checksum.png", png[:20] + b"\7" + png[21:], "damaged")
    yield image(
        "damaged",
        "only-header.jpg",
        b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xd9",
        "damaged",
    )
    yield image("damaged", "empty.jpg", b"", "empty")


def vectors():
    """SVG is a program that draws."""
    yield image("svg", "script.svg", SVG % (RECT + SCRIPT), "cleaned", b"<script", b"alert")
    yield image(
        "svg",
        "onload.svg",
        (SVG % RECT).replace(b"<svg", b'<svg onload="alert(1)"'),
        "cleaned",
        b"onload",
    )
    yield image(
        "svg",
        "link.svg",
        SVG % (b'<a xlink:href="javascript:alert(1)">' + RECT + b"</a>"),
        "cleaned",
        b"javascript",
    )
    yield image(
        "svg",
        "foreign.svg",
        SVG
        % (
            b'<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><iframe src="//evil"/></body></foreignObject>'
            + RECT
        ),
        "cleaned",
        b"iframe",
    )
    yield image(
        "svg",
        "tracker.svg",
        SVG % (b'<image href="https://evil.example/x.png"/>' + RECT),
        "cleaned",
        b"evil.example",
    )
    yield image(
        "svg",
        "style.svg",
        SVG % (b"<style>@import url(https://evil.example/x.css);</style>" + RECT),
        "cleaned",
        b"@import",
    )
    yield image(
        "svg",
        "animated-link.svg",
        SVG % (b'<a><set attributeName="href" to="javascript:alert(1)"/>' + RECT + b"</a>"),
        "svg_script",
    )
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 9))
    yield image(
        "svg",
        "laughs.svg",
        b'<!DOCTYPE svg [<!ENTITY l0 "ha">' + laughs + b"]>" + SVG % b"<text>&l8;</text>",
        "xml_entities",
    )
    yield image(
        "svg",
        "outside.svg",
        b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + SVG % b"<text>&x;</text>",
        "xml_entities",
    )
    uses = b"".join(
        b'<g id="g%d"><use href="#g%d"/><use href="#g%d"/></g>' % (n, n - 1, n - 1)
        for n in range(1, 40)
    )
    yield image("svg", "copies.svg", SVG % (b'<g id="g0">' + RECT + b"</g>" + uses), "svg_complex")
    other = uses.replace(b'<use href="#g', b'<use a:href=" #%67')
    yield image(
        "svg",
        "copies-by-another-name.svg",
        (SVG % (b'<g id="g0">' + RECT + b"</g>" + other)).replace(b":xlink=", b":a="),
        "svg_complex",
    )
    yield image(
        "svg",
        "repeats.svg",
        b'<!DOCTYPE svg [<!ENTITY a "'
        + b"x" * 290
        + b'">]>'
        + SVG % (b"<text>" + b"&a;" * 40_000 + b"</text>"),
        "svg_complex",
    )
    yield image("svg", "deep.svg", SVG % (b"<g>" * 50_000 + b"</g>" * 50_000), "svg_complex")
    yield image("svg", "page.svg", HTML, "damaged")
    yield document("svg", "script.svg", SVG % (RECT + SCRIPT), "cleaned", b"<script")


def names():
    """Good pictures under bad names."""
    for name in (
        "shell.php.jpg",
        "..\\..\\x.jpg",
        "-.jpg",
        "photo\u202egpj.exe.jpg",
        ".htaccess.jpg",
        "CON.jpg",
        "a;rm -rf $HOME`id`.jpg",
        "x" * 300 + ".jpg",
        'x"><img src=x onerror=alert(1)>.jpg',
    ):
        yield image("name", name, pictures.plain_jpeg(), "cleaned")
    yield document("name", "report.pdf.exe", b"MZ", "extension")
    yield document("name", "no-extension", b"text", "extension")


def php_in_table(data):
    """A quantisation table that nothing uses: 64 bytes of anybody's choice."""
    return with_segment(data, 0xDB, b"\3" + PHP.ljust(64, b"\1"))


def php_in_pixels():
    """Pixels that spell a program, in a file that stores them as they are."""
    row = b"\0" + PHP.ljust(90, b" ")
    return raw_png(30, 20, row * 20, level=0)


def sticks_out():
    """A frame beyond the canvas, which readers make larger for it."""
    data = pictures.encoded(Image.new("P", (30_000, 10)), "GIF")
    return data[:6] + struct.pack("<HH", 10, 10) + data[10:]


def second_page():
    """The first page is a small one."""
    page = Image.new("1", (30_000, 10))
    return pictures.encoded(Image.new("1", (10, 10)), "TIFF", save_all=True, append_images=[page])


def many_scans():
    """The last scan 200 times: a few bytes each, for which the whole picture is gone over."""
    data = pictures.plain_jpeg(progressive=True)
    return data[:-2] + data[data.rindex(b"\xff\xda") : -2] * 200 + data[-2:]


def two_headers():
    """As many bytes of pixels either way: 9 × 9, or a line of 251."""
    second = chunk(b"IHDR", struct.pack(">LLBBBBB", 251, 1, 8, 0, 0, 0, 0))
    return raw_png(9, 9, bytes(9 * 28), extra=second)


def oversized_jpeg():
    data = bytearray(pictures.plain_jpeg())
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = b"\xff\xdc\xff\xdc"
    return bytes(data)


def script_in_size(height):
    """The width of the picture is ``/*``; a script follows where a comment ends."""
    frame = b",\0\0\0\0\1\0\1\0\0\2\2D\1\0"
    script = b"*/=1;alert(1)/*"
    return (
        b"GIF89a/*"
        + height
        + b"\0\0\0"
        + frame
        + b"\x21\xfe"
        + bytes((len(script),))
        + script
        + b"\0;"
    )


def many_frames(number):
    return b"GIF89a\1\0\1\0\0\0\0" + b",\0\0\0\0\1\0\1\0\0\2\2D\1\0" * number + b";"


def many_png_frames(number):
    control = b"".join(
        chunk(b"fcTL", struct.pack(">LLLLLHHBB", 2 * n, 1, 1, 0, 0, 1, 10, 0, 0))
        + chunk(b"fdAT", struct.pack(">L", 2 * n + 1) + zlib.compress(bytes(4)))
        for n in range(1, number)
    )
    return raw_png(1, 1, bytes(4), extra=chunk(b"acTL", struct.pack(">LL", number, 0)) + control)
