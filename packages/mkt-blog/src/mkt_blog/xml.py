"""Text that can stand in XML 1.0."""

import re

# https://www.w3.org/TR/xml/#charsets: everything below a space but tab and line ends, lone
# surrogates and two non-characters.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def without_control_characters(text: str) -> str:
    """``text`` without the characters that no XML document may hold."""
    return _FORBIDDEN.sub("", text)
