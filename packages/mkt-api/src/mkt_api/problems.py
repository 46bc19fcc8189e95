"""Problem documents (RFC 9457): the one shape of every error of the API."""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice
from typing import Any
from urllib.parse import quote

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest
from django.utils.encoding import escape_uri_path
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, MethodNotAllowed, ValidationError
from rest_framework.settings import api_settings

CONTENT_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:problem-type:mkt-api:"
# Names that a client invents are repeated in the answer, but not at any length.
MAX_ECHO = 80
# Beyond that many mistakes nobody reads on.
MAX_ERRORS = 20


@dataclass(frozen=True, slots=True)
class ProblemItem:
    """One thing that is wrong: where in the query string or in the body, why, and a word for programs.

    ``code``: ``unknown``, ``repeated``, ``missing``, ``conflict``, ``invalid`` or, in a body, as its serializer says.
    """

    parameter: str
    detail: str
    code: str = "invalid"
    # Where in a body, as RFC 6901, section 6, writes it: "#/tags/0". Then there is no parameter.
    pointer: str | None = None

    def as_dict(self) -> dict[str, str]:
        if self.pointer is not None:
            return {"pointer": self.pointer, "detail": self.detail, "code": self.code}
        return {"parameter": self.parameter[:MAX_ECHO], "detail": self.detail, "code": self.code}


class Problem(Exception):
    """An answer other than success. Its attributes become the problem document."""

    def __init__(
        self,
        status: HTTPStatus,
        kind: str,
        detail: str,
        errors: Sequence[ProblemItem] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = headers or {}

    def document(self, request: HttpRequest) -> dict[str, Any]:
        """The body: ``type``, ``title``, ``status``, ``detail``, ``instance`` and perhaps ``errors``."""
        body: dict[str, Any] = {
            "type": TYPE_PREFIX + self.kind,
            "title": self.status.phrase,
            "status": self.status.value,
            "detail": self.detail,
            "instance": escape_uri_path(request.path),
        }
        if self.errors:
            body["errors"] = [item.as_dict() for item in self.errors]
        return body


def invalid_parameters(errors: Sequence[ProblemItem]) -> Problem:
    """400 for a query string that cannot be understood."""
    return Problem(
        HTTPStatus.BAD_REQUEST,
        "invalid-parameter",
        _("The query string cannot be understood."),
        errors,
    )


def not_found(detail: str = "") -> Problem:
    """404; the sentence never says whether something hidden exists."""
    return Problem(
        HTTPStatus.NOT_FOUND, "not-found", detail or _("There is nothing at this address.")
    )


def gone_for_good(detail: str, link: str = "") -> Problem:
    """410; ``link`` is the address of a page that says what to use instead."""
    headers = {"Link": f'<{link}>; rel="deprecation"'} if link else {}
    return Problem(HTTPStatus.GONE, "gone", detail, headers=headers)


def problem_of(error: Exception) -> Problem | None:
    """The problem that an exception stands for; None when it is a fault of ours, not the client's."""
    match error:
        case Problem():
            return error
        case Http404():
            return not_found()
        case PermissionDenied():
            return Problem(HTTPStatus.FORBIDDEN, "forbidden", _("You may not see this."))
        case MethodNotAllowed():
            detail = _("This address only answers GET, HEAD and OPTIONS.")
            return Problem(HTTPStatus.METHOD_NOT_ALLOWED, "method-not-allowed", detail)
        case SuspiciousOperation():
            return Problem(HTTPStatus.BAD_REQUEST, "bad-request", _("The request is malformed."))
        case ValidationError():
            return Problem(
                HTTPStatus.BAD_REQUEST,
                str(error.default_code),
                _("The body cannot be understood."),
                list(islice(items_of_body(error.detail), MAX_ERRORS)),
            )
        case APIException() if error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
            return Problem(
                HTTPStatus(error.status_code), str(error.default_code), str(error.detail)
            )
    return None


def items_of_body(detail: Any, pointer: str = "#") -> Iterator[ProblemItem]:
    """What a serializer of REST framework says of a body, each with the place it is about."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            is_whole = name == api_settings.NON_FIELD_ERRORS_KEY
            yield from items_of_body(inner, pointer if is_whole else _within(pointer, name))
    elif isinstance(detail, list | tuple):
        for position, inner in enumerate(detail):
            # Sentences are all about the same place, anything else is about one element each.
            is_sentence = isinstance(inner, str)
            yield from items_of_body(inner, pointer if is_sentence else _within(pointer, position))
    else:
        code = str(getattr(detail, "code", None) or "invalid")
        yield ProblemItem("", str(detail), code, pointer)


def _within(pointer: str, name: object) -> str:
    step = str(name)[:MAX_ECHO].replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{quote(step, safe='~')}"


def with_nearest(sentence: str, name: str, known: Iterable[str]) -> str:
    """``sentence``, followed by the known name most like ``name`` if one is close."""
    nearest = difflib.get_close_matches(name[:MAX_ECHO], list(known), n=1)
    if not nearest:
        return sentence
    return _("%(sentence)s Did you mean “%(nearest)s”?") % {
        "sentence": sentence,
        "nearest": nearest[0],
    }
