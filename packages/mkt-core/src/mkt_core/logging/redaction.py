"""What must not be in a log is taken out of every text that goes there.

Two rules: the value behind a name that says what it is (``password=…``, ``'HTTP_COOKIE': '…'``, ``Authorization: …``),
and what can be told by its looks (bearer tokens, JWTs, user names and passwords in URLs, keys of well-known services).

Most lines hold neither. So a text is first looked through for the few characters without which no rule can match; that
costs a fraction of a microsecond, and only what remains meets the regular expressions. Those have bounded repeats: they
take time in proportion to the text, whatever it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from json.encoder import encode_basestring_ascii as quoted

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.utils.functional import cached_property

from mkt_core._settings.logging import LoggingSettings
from mkt_core.conf import core_settings

REDACTED = "[redacted]"

# Names of labels that are remembered. A site has a few dozen; one that makes names up must not fill the memory.
_MAX_NAMES = 1000

# How a value may look behind "name=", "name: " or "'name': ". A missing closing quote means the end of the text.
_VALUE = (
    r"(?:\\+[\"'][^\"'\\]*(?:\\+[\"'])?"
    r"|[bru]?\"(?:[^\"\\]|\\.)*\"?|[bru]?'(?:[^'\\]|\\.)*'?"
    r"|\[[^\]]*\]?|\([^)]*\)?|\{[^}]*\}?"
    r"|[^\s,;&\"'()\[\]{}<>]+)"
)
_SEPARATOR = r"[\w.\-]{0,40}(?:\\*[\"'])?\]?\s{0,3}(?:=>|[=:])\s{0,3}"
# Headers have values of several words: without quotes, all the rest of the line belongs to them.
_HEADER = re.compile(
    rf"((?:authorization|cookie){_SEPARATOR})(?:(?=\\*[\"']|[bru][\"']|[\[({{]){_VALUE}|[^\r\n]+)",
    re.IGNORECASE | re.DOTALL,
)
_BEARER = re.compile(r"(\bbearer\s{1,3})[\w.~+/=\-]{6,}", re.IGNORECASE | re.ASCII)
_JWT = re.compile(r"\beyJ[\w\-]{6,}\.[\w\-]{4,}(?:\.[\w\-]*){0,3}", re.ASCII)
_USER_INFO = re.compile(r"(://)[^\s/?#]{1,256}@")
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|\Z)",
    re.DOTALL,
)
# Keys that say whose they are. A digit and a capital letter tell them from names in programs.
_MARKED = re.compile(
    r"\b(?:wagtail|mkt|mktapi|gh[opsur]|github_pat|[prs]k_live|[prs]k_test|glpat|xox[abeprs])[_\-]"
    r"(?=[\w\-]{0,255}\d)(?=[\w\-]{0,255}[A-Z])[\w\-]{16,255}",
    re.ASCII,
)
_AMAZON = re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")
_EMAIL = re.compile(r"[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,8}")
_CARD = re.compile(r"(?<![\d.])\d(?:[ \-]?\d){12,18}(?![\d.]?\d)")


class Redactor:
    """Takes secrets out of texts, by the rules of one site."""

    def __init__(
        self,
        keys: Iterable[str],
        patterns: Iterable[str] = (),
        *,
        emails: bool = False,
        cards: bool = False,
    ) -> None:
        self._words = tuple(sorted({_plain(key) for key in keys if _plain(key)}))
        self._keyed = [(_stem(word), _KeyedValue(word)) for word in self._words]
        self._own = [re.compile(pattern) for pattern in patterns]
        self._emails, self._cards = emails, cards
        self._names: dict[str, tuple[str, bool]] = {}

    def is_secret(self, name: str) -> bool:
        """Whether the values of a key with this name are not to be written."""
        return self.label(name)[1]

    def label(self, name: str) -> tuple[str, bool]:
        """``name`` as a key in a JSON object (64 characters, no dots), and whether its values are secret."""
        known = self._names.get(name)
        if known is None:
            plain = _plain(name)
            key = f"{quoted(name[:64].replace('.', '_'))}:"
            known = key, any(word in plain for word in self._words)
            if len(self._names) < _MAX_NAMES:
                self._names[name] = known
        return known

    def text(self, text: str) -> str:
        """``text`` with ``[redacted]`` in place of what must not be seen."""
        if "=" in text or ":" in text:
            text = self._without_values(text)
        if "_" in text or "-" in text:
            text = self._without_marked(text)
        if "eyJ" in text:
            text = _JWT.sub(REDACTED, text)
        if "earer" in text or "EARER" in text:
            text = _BEARER.sub(rf"\1{REDACTED}", text)
        if "AKIA" in text or "ASIA" in text:
            text = _AMAZON.sub(REDACTED, text)
        if self._emails and "@" in text:
            text = _EMAIL.sub(REDACTED, text)
        if self._cards:
            text = _CARD.sub(_without_card, text)
        for pattern in self._own:
            text = pattern.sub(REDACTED, text)
        return text

    def _without_values(self, text: str) -> str:
        if "@" in text and "://" in text:
            text = _USER_INFO.sub(rf"\1{REDACTED}@", text)
        lowered = text.lower()
        if "authorization" in lowered or "cookie" in lowered:
            text = _HEADER.sub(rf"\1{REDACTED}", text)
            lowered = text.lower()
        for stem, value in self._keyed:
            if stem in lowered:
                text = value.redacted(text, lowered)
                lowered = text.lower()
        return text

    def _without_marked(self, text: str) -> str:
        if "PRIVATE KEY" in text:
            text = _PRIVATE_KEY.sub(REDACTED, text)
        # Nothing shorter can be a key. Cheaper than the expression, which tries every place.
        return _MARKED.sub(REDACTED, text) if len(text) > 20 and _may_be_marked(text) else text


class _KeyedValue:
    """The value behind one word, however that is written.

    Searching the text in small letters is several times faster than a search that does not mind the case: then the
    expression begins with letters that it can look for. Compiled for the first text that has the word: all of
    them together take 25 ms, which no process should start with.
    """

    def __init__(self, word: str) -> None:
        self._pattern = rf"({_flexible(word)}{_SEPARATOR})(?!\[redacted\]){_VALUE}"

    @cached_property
    def _small(self) -> re.Pattern[str]:
        return re.compile(self._pattern, re.DOTALL)

    @cached_property
    def _any(self) -> re.Pattern[str]:
        return re.compile(self._pattern, re.DOTALL | re.IGNORECASE)

    def redacted(self, text: str, lowered: str) -> str:
        # A few letters become two when they are made small.
        if len(lowered) != len(text):
            return self._any.sub(rf"\1{REDACTED}", text)
        parts, end = [], 0
        for match in self._small.finditer(lowered):
            parts += [text[end : match.end(1)], REDACTED]
            end = match.end()
        return "".join([*parts, text[end:]]) if parts else text


_MARKS = ("wagtail", "mkt", "gh", "k_live", "k_test", "glpat", "xox")


def _may_be_marked(text: str) -> bool:
    return any(mark in text for mark in _MARKS)


def _plain(name: str) -> str:
    return name.lower().replace("-", "_").strip("_ ")


def _stem(word: str) -> str:
    """What a text with this word holds however it is written: "api" of "api_key", "api-key" and "api key"."""
    return max(word.split("_"), key=len)


def _flexible(word: str) -> str:
    return "[_\\- ]?".join(re.escape(part) for part in word.split("_"))


def _without_card(match: re.Match[str]) -> str:
    """Only what has the check digit of a card number (ISO/IEC 7812, Luhn)."""
    digits = [int(digit) for digit in match[0] if digit.isdigit()][::-1]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return REDACTED if (sum(digits[::2]) + sum(doubled)) % 10 == 0 else match[0]


def redactor_of(conf: LoggingSettings) -> Redactor:
    """The rules in ``MKT_CORE``.

    Raises:
        re.error: one of ``LOG_REDACTED_PATTERNS`` is no regular expression; a system check says so, too.
    """
    return Redactor(
        (*conf.LOG_REDACTED_KEYS, *conf.LOG_MORE_REDACTED_KEYS),
        conf.LOG_REDACTED_PATTERNS,
        emails=conf.LOG_REDACT_EMAILS,
        cards=conf.LOG_REDACT_CARDS,
    )


_DEFAULT = redactor_of(LoggingSettings())
_current: Redactor | None = None


def current_redactor() -> Redactor:
    """That of the settings; with settings that cannot be used, the strictest of the defaults. Never raises."""
    return _current or _make()


def _make() -> Redactor:
    global _current
    if not settings.configured:
        return _DEFAULT
    try:
        _current = redactor_of(core_settings.current)
    except (ImproperlyConfigured, re.error):
        # System checks tell. Meanwhile lines are written, and no less is taken out of them.
        _current = redactor_of(LoggingSettings(LOG_REDACT_EMAILS=True, LOG_REDACT_CARDS=True))
    return _current


def _forget(*, setting: str, **kwargs: object) -> None:
    global _current
    if setting == core_settings.name:
        _current = None


setting_changed.connect(_forget, dispatch_uid="mkt_core.logging.redaction")
