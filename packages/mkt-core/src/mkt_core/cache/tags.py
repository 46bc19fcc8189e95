"""What tag names look like."""

from __future__ import annotations

import re
from hashlib import blake2b

_ALLOWED = re.compile(r"[!-~]{1,200}")


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
