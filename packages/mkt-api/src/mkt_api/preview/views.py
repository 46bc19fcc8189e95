"""``GET /preview/``: a draft as JSON."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from django.db import DatabaseError
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from ..fields.target import select, show_rows
from ..models import PreviewLink
from ..pages.types import page_types
from ..problems import Problem, ProblemItem, invalid_parameters, not_found
from ..query.lists import read_shape
from ..views import ApiView
from . import headless
from .links import read_token
from .staging import staged

logger = logging.getLogger("mkt_api.preview")

PARAMETERS = ("token", "content_type")


class PreviewView(ApiView):
    """The version of a page that a link was made for, in the shape of ``pages/<id>/``.

    Parameters: ``token``, and ``content_type`` as wagtail-headless-preview sends it ("app_label.model"), which must be
    the page's if it is given; beside them those of a single page.
    """

    # The link opens this one page, also where all others need a token.
    needs_reader = False
    is_kept = False

    def get(self, request: Request, pk: str = "") -> Response:
        page = self.get_draft()
        model = type(page)
        if model not in page_types().values():
            raise not_found()
        query = request.query_params.copy()
        for name in PARAMETERS:
            query.pop(name, None)
        plan = self.registry.page_plan(model)
        shape = read_shape(query, plan)
        self.http_request.is_preview = True  # type: ignore[attr-defined]
        try:
            with staged(page) as rows:
                row = select(rows, list(shape.fields.values())).get()
                return Response(show_rows([row], shape.fields, self.context(shape))[0])
        except DatabaseError as error:
            logger.exception("A draft cannot be shown")
            raise Problem(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "unshowable-draft",
                _("The draft holds something that the page could not be saved with."),
            ) from error

    def get_draft(self) -> Any:
        """The page as the link has it.

        Raises:
            Problem: there is no such link, or not any more, or it is of another kind of page.
        """
        parameters = self.http_request.GET
        token, kind = parameters.get("token", ""), parameters.get("content_type", "")
        if not token:
            raise invalid_parameters([ProblemItem("token", _("It is missing."), "missing")])
        page = headless.page_of_token(token, kind) or page_of(read_token(token))
        if kind and kind.lower() != page._meta.label_lower:
            raise invalid_parameters(
                [
                    ProblemItem(
                        "content_type", _("The draft is of another kind of page."), "conflict"
                    )
                ]
            )
        return page

    def complete(self, response: Any) -> Any:
        response = super().complete(response)
        # Nobody keeps it, so nobody asks whether it has changed.
        response.headers.pop("ETag", None)
        return response

    def finished(self, response: Any) -> Any:
        response = super().finished(response)
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response


def page_of(link: PreviewLink) -> Any:
    """The draft, as an instance of its class. Up to two queries.

    Raises:
        Problem: 404; the page is gone.
    """
    model: Any = link.content_type.model_class()
    live: Any = None if model is None else model._default_manager.filter(pk=link.object_id).first()
    if live is None:
        raise not_found()
    if link.revision is not None:
        return link.revision.as_object()
    return live.with_content_json(link.content)
