"""Problem documents (RFC 9457): the one shape of every error of the API."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, MethodNotAllowed

CONTENT_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:problem-type:mkt-api:"
# Names that a client invents are repeated in the answer, but not at any length.
MAX_ECHO = 80


@dataclass(frozen=True, slots=True)
class ProblemItem:
    """One thing that is wrong: which query parameter, and why."""

    parameter: str
    detail: str

    def as_dict(self) -> dict[str, str]:
        return {"parameter": self.parameter[:MAX_ECHO], "detail": self.detail}


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
            "instance": request.path,
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
        case APIException() if error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
            return Problem(
                HTTPStatus(error.status_code), str(error.default_code), str(error.detail)
            )
    return None


def with_nearest(sentence: str, name: str, known: Iterable[str]) -> str:
    """``sentence``, followed by the known name most like ``name`` if one is close."""
    nearest = difflib.get_close_matches(name[:MAX_ECHO], list(known), n=1)
    if not nearest:
        return sentence
    return _("%(sentence)s Did you mean “%(nearest)s”?") % {
        "sentence": sentence,
        "nearest": nearest[0],
    }
