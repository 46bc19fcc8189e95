"""Pictures as cameras and programs make them, and the pieces that they are made of."""

import struct
import zlib
from io import BytesIO
from random import Random

from PIL import Image, ImageCms, ImageDraw
from PIL.ExifTags import GPS, IFD, Base

ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b"<exif:GPSLatitude>48,12.5N</exif:GPSLatitude></x:xmpmeta>"
)
MODEL = "Kamera 3000"


def picture(size=(120, 80), mode="RGB", seed=1):
    """Something with edges, areas and a gradient, so that a pixel in the wrong place shows."""
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    draw = ImageDraw.Draw(image)
    random = Random(seed)
    for _ in range(12):
        left, top = random.randrange(size[0]), random.randrange(size[1])
        colour = tuple(random.randrange(256) for _ in range(3))
        draw.rectangle([left, top, left + size[0] // 5, top + size[1] // 5], fill=colour)
    if mode in ("RGBA", "LA"):
        image.putalpha(Image.linear_gradient("L").rotate(90).resize(size))
    return image.convert(mode)


def camera_exif(orientation=1):
    """What a phone writes: model, place, thumbnail-less, and who made it."""
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    exif[Base.Model] = MODEL
    exif[Base.Artist] = "Ada Lovelace"
    exif[Base.Copyright] = "© Ada <b>1843</b>"
    exif[IFD.GPSInfo] = {
        GPS.GPSLatitudeRef: "N",
        GPS.GPSLatitude: (48.0, 12.0, 30.0),
        GPS.GPSLongitudeRef: "E",
        GPS.GPSLongitude: (16.0, 22.0, 12.0),
    }
    return exif


def encoded(image, kind, **options):
    target = BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def jpeg(size=(120, 80), orientation=1, **options):
    options = {
        "quality": 90,
        "exif": camera_exif(orientation),
        "icc_profile": ICC,
        "xmp": XMP,
        **options,
    }
    return encoded(picture(size), "JPEG", **options)


def plain_jpeg(**options):
    return encoded(picture(), "JPEG", quality=90, **options)


def png(mode="RGBA", **options):
    return encoded(picture(mode=mode), "PNG", **options)


def animation(kind, frames=4, **options):
    first, *others = (picture((60, 40), seed=seed) for seed in range(frames))
    return encoded(
        first, kind, save_all=True, append_images=others, duration=120, loop=0, **options
    )


def chunk(name, payload):
    return (
        struct.pack(">L", len(payload))
        + name
        + payload
        + struct.pack(">L", zlib.crc32(name + payload))
    )


def raw_png(width, height, pixels=b"", *, depth=8, colour=2, extra=b"", level=9):
    """A PNG of which every byte is known; ``pixels`` are compressed as they are."""
    header = struct.pack(">LLBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + extra
        + chunk(b"IDAT", zlib.compress(pixels, level))
        + chunk(b"IEND", b"")
    )


def png_rgb16(size=(40, 30)):
    """Sixteen bits for each colour, which Pillow itself cannot write."""
    random = Random(7)
    rows = b"".join(b"\0" + random.randbytes(size[0] * 6) for _ in range(size[1]))
    return raw_png(*size, rows, depth=16)


def with_chunk(data, name, payload, before=b"IEND"):
    at = data.index(before) - 4
    return data[:at] + chunk(name, payload) + data[at:]


def with_segment(data, marker, payload, after=2):
    return (
        data[:after]
        + bytes((0xFF, marker))
        + struct.pack(">H", len(payload) + 2)
        + payload
        + data[after:]
    )


def with_riff_chunk(data, name, payload):
    body = data[12:] + name + struct.pack("<L", len(payload)) + payload + b"\0" * (len(payload) % 2)
    return b"RIFF" + struct.pack("<L", len(body) + 4) + b"WEBP" + body


def frames(data, formats=None):
    """Every frame as it is shown, turned by EXIF, in RGBA."""
    from PIL import ImageOps
    from pillow_heif import HeifImagePlugin  # noqa: F401

    with Image.open(BytesIO(data), formats=formats) as image:
        found = []
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            found.append(ImageOps.exif_transpose(image).convert("RGBA"))
        return found


def same_pixels(one, other, tolerance=0):
    """Whether two files show the same, frame by frame; ``tolerance`` is the mean difference of 255."""
    from PIL import ImageChops, ImageStat

    ours, theirs = frames(one), frames(other)
    return len(ours) == len(theirs) and all(
        a.size == b.size and max(ImageStat.Stat(ImageChops.difference(a, b)).mean) <= tolerance
        for a, b in zip(ours, theirs, strict=True)
    )


def metadata(data):
    """What is told beside the picture, by the names that Pillow has for it."""
    from pillow_heif import HeifImagePlugin  # noqa: F401

    with Image.open(BytesIO(data)) as image:
        image.load()
        exif = image.getexif()
        found = {Base(tag).name for tag in exif if tag in {one.value for one in Base}}
        if exif.get_ifd(IFD.GPSInfo):
            found.add("GPS")
        texts = {"comment", "xmp", "XML:com.adobe.xmp", "photoshop", "Comment", "Description"}
        return found | (texts & {name for name, value in image.info.items() if value})
