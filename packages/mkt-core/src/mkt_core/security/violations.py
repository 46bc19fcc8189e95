"""What browsers report about violated policies, out of both formats that they use."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

#: Content type to how it is read: what ``report-uri`` and ``report-to`` make browsers send.
OLD_TYPE, NEW_TYPE = "application/csp-report", "application/reports+json"
#: Violations read from one request; browsers send a handful.
MAX_PER_REQUEST = 50

_MAX_LENGTH = 200
# What extensions, and the browser itself, put into other people's pages.
_NOISE = (
    *("chrome", "chrome-extension", "moz-extension", "ms-browser-extension", "opera-extension"),
    *("resource", "safari-extension", "safari-web-extension", "webkit-masked-url", "about"),
)
# Keys of sessions, of password resets and the like are long, and have digits among the letters.
_LONG_WORD = re.compile(r"[A-Za-z0-9_]{16,}")


class MalformedReportError(ValueError):
    """The body is no report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One violation. All texts are short and have no control characters; addresses have no query and no secrets."""

    directive: str
    #: What was not loaded or not run: an address, or a word such as "inline" or "eval".
    blocked: str
    #: The page.
    document: str
    #: The file that tried it, and its line; "" and 0 if the browser does not say.
    source: str
    line: int
    #: "enforce" or "report".
    disposition: str
    #: The page's host, in lower case, for telling our own pages from others'.
    host: str
    #: Caused by an extension of the browser.
    is_noise: bool


def parse_report(content_type: str, body: bytes) -> list[Violation]:
    """The violations in the body of a request; reports of other kinds are left out.

    Raises:
        MalformedReportError: the body is not JSON, or not in the form that belongs to ``content_type``.
    """
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedReportError("not JSON") from error
    reports = _old(data) if content_type == OLD_TYPE else _new(data)
    return [_violation(report) for report, _ in zip(reports, range(MAX_PER_REQUEST), strict=False)]


def _old(data: Any) -> Iterator[Mapping[str, Any]]:
    report = data.get("csp-report") if isinstance(data, dict) else None
    if not isinstance(report, dict):
        raise MalformedReportError("no csp-report")
    yield {
        "effectiveDirective": report.get("effective-directive") or report.get("violated-directive"),
        "blockedURL": report.get("blocked-uri"),
        "documentURL": report.get("document-uri"),
        "sourceFile": report.get("source-file"),
        "lineNumber": report.get("line-number"),
        "disposition": report.get("disposition"),
    }


def _new(data: Any) -> Iterator[Mapping[str, Any]]:
    reports = data if isinstance(data, list) else [data]
    for report in reports:
        if not isinstance(report, dict):
            raise MalformedReportError("a report is no object")
        body = report.get("body")
        if report.get("type") == "csp-violation" and isinstance(body, dict):
            yield {**body, "documentURL": body.get("documentURL") or report.get("url")}


def _violation(report: Mapping[str, Any]) -> Violation:
    document = _split(report.get("documentURL"))
    blocked, source = _text(report.get("blockedURL")), _text(report.get("sourceFile"))
    line = report.get("lineNumber")
    return Violation(
        # Old browsers send the directive with its sources.
        directive=_clean(_text(report.get("effectiveDirective")).partition(" ")[0]) or "unknown",
        blocked=_address(blocked) or "unknown",
        document=_address(_text(report.get("documentURL"))),
        source=_address(source),
        line=line if isinstance(line, int) and 0 <= line < 10**9 else 0,
        disposition="report" if report.get("disposition") == "report" else "enforce",
        host=_host(document) if document else "",
        is_noise=_scheme(blocked) in _NOISE or _scheme(source) in _NOISE,
    )


def _text(value: Any) -> str:
    # Ten times what is kept: enough to find the end of an address in.
    return value[: 10 * _MAX_LENGTH] if isinstance(value, str) else ""


def _split(value: Any) -> SplitResult | None:
    try:
        parts = urlsplit(_text(value))
        # Ports and hosts are looked at only when asked for.
        _ = parts.port, parts.hostname
    except ValueError:
        return None
    return parts


def _host(address: SplitResult) -> str:
    """As ``ALLOWED_HOSTS`` has it: IPv6 addresses in brackets."""
    host = address.hostname or ""
    return f"[{host}]" if ":" in host else host


def _scheme(address: str) -> str:
    # Browsers shorten "chrome-extension://…" to its scheme.
    return address.partition(":")[0].lower()


def _address(address: str) -> str:
    """The address without user, query, fragment and what looks like a secret; of data: addresses the scheme only."""
    parts = _split(address)
    if parts is None:
        return "unreadable"
    if not parts.netloc:
        return _clean(_without_secrets(address if not parts.scheme else parts.scheme))
    host = parts.netloc.rpartition("@")[2]
    return _clean(f"{parts.scheme}://{host}{_without_secrets(parts.path)}")


def _without_secrets(path: str) -> str:
    return _LONG_WORD.sub(_without_secret, path.partition("?")[0].partition("#")[0])


def _without_secret(word: re.Match[str]) -> str:
    return "…" if any(char.isdigit() for char in word[0]) else word[0]


def _clean(text: str) -> str:
    """Short, and without characters that could end a line of a log or change its direction."""
    short = text[:_MAX_LENGTH]
    return "".join(
        # Control, format and surrogate characters, and the separators of lines and paragraphs.
        char if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp") else "\ufffd"
        for char in short
    )
