"""What tag names look like."""

from __future__ import annotations

import re
from base64 import b32encode
from hashlib import blake2b

_ALLOWED = re.compile(r"[!-~]{1,200}")
# "listing:12:category:news" is still told as it is.
_LONGEST_TOLD = 24


def normalised(name: str) -> str:
    """``name`` if it is printable ASCII without blanks of at most 200 characters, else a digest of it.

    Raises:
        ValueError: the name is empty.
    """
    if _ALLOWED.fullmatch(name):
        return name
    if not name:
        raise ValueError("A cache tag needs a name.")
    kind = re.match(r"[a-z]{1,20}:", name)
    digest = blake2b(name.encode(errors="surrogatepass"), digest_size=16).hexdigest()
    return f"{kind.group() if kind else ''}#{digest}"


def told_to_proxies(tag: str) -> str:
    """``tag`` as it stands in the header of a response and, the same, in the purge that a CDN gets.

    A long one becomes a digest, or the tables and columns behind one page would not fit into a header. It is the same
    for readers who ignore case, as Cloudflare does. Two tags with the same digest are purged together, which costs a
    render and nothing else. A comma separates tags in some headers and is escaped in all.
    """
    text = normalised(tag).replace(",", "%2C")
    if len(text) <= _LONGEST_TOLD:
        return text
    digest = blake2b(text.encode(), digest_size=6).digest()
    return f"#{b32encode(digest).decode().rstrip('=').lower()}"
