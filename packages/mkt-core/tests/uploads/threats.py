"""What a hostile file is, and what several of them are made of."""

from dataclasses import dataclass

from . import pictures

PHP = b"<?php system($_GET['c']); ?>"
HTML = b"<html><script>alert(document.domain)</script></html>"
SCRIPT = b"<script>alert(1)</script>"
EXE = b"MZ\x90\0\x03\0\0\0" + bytes(120) + b"PE\0\0" + bytes(200)
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'
    b"%s</svg>"
)
RECT = b'<rect width="5" height="5" fill="red"/>'
PDF = (
    b"%%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R%s>>\nendobj\n"
    b"2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n%s\n"
    b"trailer\n<</Root 1 0 R>>\nstartxref\n0\n%%%%EOF\n"
)
GPS = (b"48,12.5N", pictures.MODEL.encode())


@dataclass(frozen=True)
class Hostile:
    what: str
    category: str
    filename: str
    data: bytes
    fate: str
    forbidden: tuple = ()

    def __str__(self):
        return f"{self.category}: {self.filename}"


def image(category, filename, data, fate="cleaned", *forbidden):
    return Hostile("image", category, filename, data, fate, forbidden)


def document(category, filename, data, fate, *forbidden):
    return Hostile("document", category, filename, data, fate, forbidden)
