"""Code as HTML, by Pygments (extra ``[code]``) where it is installed.

Tokens get classes, never inline styles, so that a strict Content-Security-Policy holds and dark mode can change them:
``mkt_blog/code.css`` has the colours.
"""

from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

CLASS_PREFIX = "tok-"
# Longer code is shown without colours: a lexer takes about a second for a megabyte, and every reader would wait.
MOST_CHARACTERS = 50_000


def highlight(code: str, language: str) -> SafeString:
    """``code`` as HTML, escaped; plain where the language is empty or not known. Kept in memory for each content."""
    if not language or len(code) > MOST_CHARACTERS:
        return escape(code)
    return _highlighted(code, language.strip().lower())


def nearest_languages(name: str) -> list[str] | None:
    """None if code of this language can be highlighted, or nobody can tell; otherwise names that are like it."""
    known = _aliases()
    if not known or name in known:
        return None
    return get_close_matches(name, known, n=3, cutoff=0.5)


def language_label(name: str) -> str:
    """``"C++"`` for ``"cpp"``; a name that is not known stays as it is."""
    return _aliases().get(name.strip().lower(), name)


@lru_cache(maxsize=256)
def _highlighted(code: str, language: str) -> SafeString:
    lexer = _lexer(language)
    if lexer is None:
        return escape(code)
    from pygments import highlight as pygmentize
    from pygments.formatters import HtmlFormatter

    formatter = HtmlFormatter(nowrap=True, classprefix=CLASS_PREFIX)
    html: str = pygmentize(code, lexer, formatter)
    if not code.endswith("\n"):
        # Lexers want a line to have an end.
        html = html.removesuffix("\n")
    # Pygments has escaped every token.
    return mark_safe(html)


def _lexer(language: str) -> Any:
    try:
        from pygments.lexers import get_lexer_by_name
        from pygments.util import ClassNotFound
    except ImportError:
        return None
    try:
        # As it was written: blank lines at the beginning and the end are not taken away.
        return get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return None


@lru_cache(maxsize=1)
def _aliases() -> dict[str, str]:
    """Alias -> name of every language that Pygments knows; empty without Pygments."""
    try:
        from pygments.lexers import get_all_lexers
    except ImportError:
        return {}
    return {alias: name for name, aliases, _files, _types in get_all_lexers() for alias in aliases}
