"""Names of uploaded files: readable ones stay readable, and no system sees more in them than a name."""

from __future__ import annotations

import re
import unicodedata

# What would be run by some server that looks at every extension (Apache's AddHandler), or by whoever opens the file.
_DANGEROUS = frozenset(
    """
    asa asax ascx ashx asmx asp aspx bash bat cer cfm cgi cmd com cpl dll exe fcgi hta
    htaccess htm html inc jar js jse jsp jspx lnk mjs msi phar php php3 php4 php5 php7
    php8 phps pht phtml pif pl ps1 py rb reg scr sh shtml ssi swf url vb vbe vbs war ws
    wsf xht xhtml xml xsl xslt
    """.split()  # noqa: SIM905
)
_RESERVED = re.compile(r"^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])$", re.IGNORECASE)
_UNSAFE = re.compile(r'[<>:"/\\|?*%;&$`{}^#\x00-\x1f\x7f]+')


def extension_of(name: str) -> str:
    """``"Photo.JPG"`` → ``"jpg"``; "" without one."""
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem else ""


def safe_name(name: str, max_bytes: int = 100) -> str:
    """``name`` without what could mislead a file system, a server, a shell or a reader.

    No folders, control or invisible characters, direction marks, leading dots or dashes, names that Windows keeps for
    itself; inner extensions that something would run lose their dot (``x.php.jpg`` → ``x_php.jpg``). At most
    ``max_bytes`` of UTF-8; the extension survives. Never empty. Applying it twice changes nothing.
    """
    text = unicodedata.normalize("NFC", name.replace("\\", "/")).rsplit("/", 1)[-1]
    text = "".join(char if unicodedata.category(char)[0] != "Z" else " " for char in text)
    text = "".join(
        char for char in text if unicodedata.category(char)[0] != "C" or char in "\t\n\r"
    )
    text = _UNSAFE.sub("_", text)
    text = re.sub(r"\s+", " ", text).rstrip(" .-~")
    # Of "-.jpg" nothing is left but the extension, which is one all the same.
    stem, _, extension = text.rpartition(".") if extension_of(text) else (text, "", "")
    extension = re.sub(r"[^A-Za-z0-9]+", "", extension)
    stem = stem.lstrip(" .-~").rstrip(" .")
    stem = _shortened(_harmless(stem), max_bytes - len(extension.encode()) - 1)
    return f"{stem}.{extension}" if extension else stem


def _harmless(stem: str) -> str:
    first, *others = stem.split(".")
    stem = first + "".join(
        ("_" if other.strip().lower() in _DANGEROUS else ".") + other for other in others
    )
    if _RESERVED.match(stem.split(".")[0].strip()):
        return f"_{stem}"
    return stem or "file"


def _shortened(stem: str, max_bytes: int) -> str:
    # Cutting may leave half a character, or a letter without its accent.
    cut = stem.encode()[: max(max_bytes, 1)].decode(errors="ignore")
    return cut.rstrip(" .") or "file"
