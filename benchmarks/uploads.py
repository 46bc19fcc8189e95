"""What checking an upload costs, and what renditions tell: Wagtail with and without mkt-core.

    python benchmarks/uploads.py [--rounds 9]

One upload is what the admin does with a file: the form is validated, the image is saved, and the thumbnail is made. CPU
time is taken instead of wall time, round by round in changing order, so that a busy machine disturbs both alike; a
figure is the median of "with" divided by "without" of the same round. Wagtail alone decodes an image several times for
its size, which mkt-core takes from the header: so the guard may cost less than nothing.

Then each file with GPS coordinates is stored, and the renditions that still have them are counted.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import tempfile
from io import BytesIO
from time import process_time
from typing import Any

import cache_setup

SPECS = ("width-200", "original", "format-png", "format-webp", "format-avif|width-200")
TARGET_RATIO = 1.5


def photo(kind: str, size: tuple[int, int], **options: Any) -> bytes:
    """Noise over a gradient, which compresses about as a photo does, with the metadata of a phone."""
    from PIL import Image
    from PIL.ExifTags import GPS, IFD, Base

    noise = Image.effect_noise((size[0] // 4, size[1] // 4), 40).resize(size)
    image = Image.merge("RGB", [noise, Image.linear_gradient("L").resize(size), noise.rotate(180)])
    exif = Image.Exif()
    exif[Base.Orientation] = 1
    exif[IFD.GPSInfo] = {GPS.GPSLatitudeRef: "N", GPS.GPSLatitude: (48.0, 12.0, 30.0)}
    target = BytesIO()
    image.save(target, kind, exif=exif, **options)
    return target.getvalue()


def upload(name: str, data: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from wagtail.images import get_image_model
    from wagtail.images.forms import get_image_form
    from wagtail.models import Collection

    model = get_image_model()
    form = get_image_form(model)(
        {"title": name, "collection": Collection.objects.first().pk},
        {"file": SimpleUploadedFile(name, data)},
        instance=model(),
    )
    assert form.is_valid(), form.errors
    image = form.save()
    image.get_rendition("max-165x165")
    return image


def seconds(name: str, data: bytes, uploads: str) -> float:
    from django.test import override_settings

    with override_settings(MKT_CORE={"UPLOADS": uploads}):
        started = process_time()
        image = upload(name, data)
        spent = process_time() - started
    image.delete()
    return spent


def tells(image: Any) -> int:
    """How many of the renditions hold coordinates."""
    from PIL import Image
    from PIL.ExifTags import IFD

    found = 0
    for spec in SPECS:
        with image.get_rendition(spec).file.open() as file, Image.open(file) as rendition:
            found += bool(rendition.getexif().get_ifd(IFD.GPSInfo))
    return found


def report_cost(files: dict[str, bytes], rounds: int) -> None:
    print(f"{'upload':16} {'bytes':>10} {'Wagtail':>10} {'mkt-core':>10} {'ratio':>7}")
    for name, data in files.items():
        times: dict[str, list[float]] = {"none": [], "all": []}
        seconds(name, data, "all")
        for _ in range(rounds):
            for uploads in random.sample(list(times), 2):
                times[uploads].append(seconds(name, data, uploads))
        plain, ours = (statistics.median(times[uploads]) for uploads in ("none", "all"))
        ratio = statistics.median(a / b for a, b in zip(times["all"], times["none"], strict=True))
        verdict = "" if ratio <= TARGET_RATIO else "  MISSED"
        print(
            f"{name:16} {len(data):10,} {plain * 1000:7.1f} ms {ours * 1000:7.1f} ms {ratio:6.2f}x{verdict}"
        )


def report_places(files: dict[str, bytes]) -> None:
    from django.test import override_settings

    print(f"\nrenditions with GPS coordinates, of {len(SPECS)}")
    for name, data in files.items():
        counts = []
        for uploads in ("none", "all"):
            with override_settings(MKT_CORE={"UPLOADS": uploads}):
                counts.append(tells(upload(name, data)))
        with override_settings(MKT_CORE={"UPLOADS": "none"}):
            old = upload(name, data)
        with override_settings(MKT_CORE={"UPLOADS": "all"}):
            counts.append(tells(old))
        print(
            f"{name:16} Wagtail {counts[0]}, mkt-core {counts[1]}, mkt-core with an older original {counts[2]}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()

    cache_setup.configure()
    from django.conf import settings
    from django.core.management import call_command

    media = tempfile.mkdtemp(prefix="mkt-uploads-")
    settings.MEDIA_ROOT = media
    try:
        call_command("migrate", verbosity=0)
        files = {
            "photo-12mp.jpg": photo("JPEG", (4000, 3000), quality=90),
            "photo-2mp.jpg": photo("JPEG", (1600, 1200), quality=85),
            "screen.png": photo("PNG", (1600, 1000)),
            "photo.webp": photo("WEBP", (1600, 1200)),
            "photo.avif": photo("AVIF", (1600, 1200), speed=10),
        }
        report_cost(files, options.rounds)
        report_places(files)
    finally:
        shutil.rmtree(media, ignore_errors=True)


if __name__ == "__main__":
    main()
