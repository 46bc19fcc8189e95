"""Archives and office documents, good ones and others."""

import gzip
import io
import struct
import tarfile
import zipfile

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)


def zipped(entries, compression=zipfile.ZIP_DEFLATED, **attributes):
    """``entries``: name → content, or a list of pairs if a name comes twice."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in entries.items() if isinstance(entries, dict) else entries:
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            info.compress_type = compression
            for attribute, value in attributes.items():
                setattr(info, attribute, value)
            archive.writestr(info, content)
    return target.getvalue()


def docx(**parts):
    return zipped({"[Content_Types].xml": TYPES, "word/document.xml": "<document/>", **parts})


def odt(media_type="application/vnd.oasis.opendocument.text", **parts):
    return zipped({"mimetype": media_type, "content.xml": "<office/>", **parts})


def tarred(*members, mode="w"):
    """``members``: (name, content, type, target of a link)."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode=mode) as archive:
        for name, content, kind, link in members:
            info = tarfile.TarInfo(name)
            info.type, info.linkname, info.size = kind, link, len(content)
            archive.addfile(info, io.BytesIO(content))
    return target.getvalue()


def regular(name, content):
    return (name, content, tarfile.REGTYPE, "")


def nested(levels):
    data = zipped({"a.txt": "a"})
    for level in range(levels):
        data = zipped({f"{level}.zip": data})
    return data


def overlapping(copies=200, size=1_000_000):
    """Many entries in the directory for the bytes of one: after Fifield, "A better zip bomb", in its plainest form."""
    one = zipped({"a": bytes(size)})
    end = one.rindex(b"PK\x05\x06")
    start = one.index(b"PK\x01\x02")
    record = one[start:end]
    records = b"".join(
        record[:28] + struct.pack("<H", 4) + record[30:46] + b"%04d" % number
        for number in range(copies)
    )
    tail = b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, copies, copies, len(records), start, 0)
    return one[:start] + records + tail


def with_flag(data, flag):
    """Every entry's flags, in front of it and in the directory."""
    result = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = result.find(signature)
        while at >= 0:
            result[at + offset] |= flag
            at = result.find(signature, at + 1)
    return bytes(result)


def with_zip64_end(data, directory_bytes=None):
    """The same archive with the record of very large ones; by default it says what is true."""
    at = data.rindex(b"PK\x05\x06")
    entries, size, place = struct.unpack_from("<HLL", data, at + 10)
    record = struct.pack(
        "<4sQHHLLQQQQ",
        *(b"PK\x06\x06", 44, 45, 45, 0, 0, entries, entries),
        *(directory_bytes or size, place),
    )
    return data[:at] + record + struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1) + data[at:]


def lying_about_size(real=3_000_000, told=1000):
    """An entry that says it is small and inflates to much more."""
    data = bytearray(zipped({"a.txt": bytes(real)}))
    directory = data.index(b"PK\x01\x02")
    struct.pack_into("<L", data, 22, told)
    struct.pack_into("<L", data, directory + 24, told)
    return bytes(data)


def gzipped(content):
    return gzip.compress(content, 9, mtime=0)
