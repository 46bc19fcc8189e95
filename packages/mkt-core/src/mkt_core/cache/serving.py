"""What one request has to do with the cache, from the first look to the stored response; never raises."""

from __future__ import annotations

import logging
import math
import random
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import parse_http_date_safe

from ..conf import core_settings
from ..signals import response_cache_looked_up
from . import local, proxies
from .collector import EPOCH_TAG, Collector
from .http import (
    HEADER,
    REDIRECTS,
    answer,
    entries_of,
    headers_for_once,
    is_for,
    note_origin,
    pass_entry,
    pass_reason,
    response_of,
    with_ignored_query,
)
from .key import Question, Refusal, question_of
from .observing import Readings
from .policy import PERSONAL, lifetime_of, reason_not_to_store
from .store import Entry, Lookup, Store, get_store

logger = logging.getLogger(__name__)

T = TypeVar("T")

#: How long nobody waits for a response that turned out not to be for everybody.
PASS_SECONDS = 10.0

_NOTHING = Lookup("miss", None, "", "unavailable")


def announce(sender: object, state: str, reason: str = "") -> None:
    """Send ``response_cache_looked_up``."""
    response_cache_looked_up.send_robust(sender=sender, state=state, reason=reason)


def refuse(response: HttpResponseBase, reason: str) -> HttpResponseBase:
    """Mark a response that the cache has nothing to do with."""
    response.headers[HEADER] = f"bypass:{reason}"
    if "Cache-Control" not in response.headers and (reason in PERSONAL or proxies.are_told()):
        # Caches between us and the visitor may have been told to keep what others get at this URL; some keep
        # whatever says nothing, and no purge would find it there.
        response.headers["Cache-Control"] = "private"
    announce(Visit, "bypass", reason)
    return response


def is_in_transaction() -> bool:
    """Whether somebody has begun a transaction before the request came, as Django's ``TestCase`` does.

    Such a request may see what nobody else will ever see, and does not see by itself what others have stored.
    """
    return any(connection.in_atomic_block for connection in connections.all(initialized_only=True))


def is_worth_refreshing(entry: Entry) -> bool:
    """Whether this is the one request in a while that renders a response before it is too old (XFetch)."""
    # The longer a render takes and the nearer the end, the likelier.
    early = entry.render_seconds * -math.log(1.0 - random.random())  # noqa: S311
    return time.time() + early >= entry.fresh_until


class Visit:
    """A request that may be answered by a stored response. Blocks while it asks the store."""

    __slots__ = ("_deadline", "_is_passing", "_token", "lookup", "question", "request", "store")

    def __init__(self, request: HttpRequest, question: Question, store: Store) -> None:
        self.request = request
        self.question = question
        self.store = store
        self.lookup = _NOTHING
        self._token: str | None = None
        self._deadline: float | None = None
        self._is_passing = False

    @classmethod
    def begin(cls, request: HttpRequest) -> Visit | str:
        """Where nothing may be stored and nothing given out, the reason."""
        try:
            if is_in_transaction():
                return "transaction"
            return cls(request, question_of(request), get_store())
        except Refusal as refusal:
            return refusal.reason
        except Exception:
            logger.exception("The response cache cannot deal with a request")
            return "error"

    def first_answer(self) -> HttpResponse | None:
        """A stored response; None if one has to be rendered or waited for."""
        return _safely(self._first_answer, None)

    def later_answer(self) -> HttpResponse | None:
        """Look again, after waiting for whoever renders."""
        return _safely(self._later_answer, None)

    def must_wait(self) -> bool:
        """Whether somebody else is rendering, and there is time to wait for that."""
        return self._deadline is not None and time.monotonic() < self._deadline

    def answer_despite_error(self) -> HttpResponse | None:
        """The stored response, past its time but right as far as anybody knows."""
        return _safely(self._answer_despite_error, None)

    def give_up(self) -> None:
        """Nothing came of the render."""
        _safely(self._release, None)

    def finish(
        self, response: HttpResponseBase, readings: Readings, collector: Collector, seconds: float
    ) -> HttpResponseBase:
        """Store what was rendered if it is for everybody; the response to send."""
        if response.status_code >= 500 and (stored := self.answer_despite_error()) is not None:
            self.give_up()
            stored._resource_closers = response._resource_closers  # type: ignore[attr-defined]
            return stored
        return _safely(
            lambda: self._finish(response, readings, collector, seconds), None
        ) or refuse(response, "error")

    def _first_answer(self) -> HttpResponse | None:
        if (entry := local.find(self.question)) is not None and is_for(entry, self.request.META):
            self.lookup = Lookup("fresh", entry, "")
            return self._answer("hit")
        self._look_up()
        if not self._is_usable():
            if not self._is_passing and self.lookup.moment and not self.question.is_head:
                self._deadline = time.monotonic() + core_settings.current.CACHE_WAIT_SECONDS
                return self._try_to_render()
            return None
        entry, state = self.lookup.entry, self.lookup.state
        if state == "fresh" and entry is not None and not is_worth_refreshing(entry):
            local.keep(self.question, entry)
            return self._answer("hit")
        # A response to HEAD is nothing to store.
        self._token = None if self.question.is_head else self._lease()
        if self._token is not None:
            return None
        return self._answer("hit" if state == "fresh" else "stale")

    def _later_answer(self) -> HttpResponse | None:
        self._look_up()
        if self._is_usable():
            return self._answer("hit" if self.lookup.state == "fresh" else "stale")
        if self._is_passing or not self.lookup.moment:
            self._deadline = None
            return None
        return self._try_to_render()

    def _try_to_render(self) -> HttpResponse | None:
        """Get the lease; if the response was stored since the last look, that."""
        self._token = self._lease()
        if self._token is None:
            return None
        self._deadline = None
        self._look_up()
        if not self._is_usable():
            return None
        self._release()
        return self._answer("hit" if self.lookup.state == "fresh" else "stale")

    def _answer_despite_error(self) -> HttpResponse | None:
        if not self._is_usable():
            return None
        # It may have changed while the render failed.
        self._look_up()
        return self._answer("stale") if self._is_usable() else None

    def _look_up(self) -> None:
        lookup = self.store.look_up(self.question.key, self.question.encodings)
        self._is_passing = False
        if lookup.entry is not None and pass_reason(lookup.entry):
            self._is_passing = True
            lookup = Lookup("miss", None, lookup.moment, "absent")
        elif lookup.entry is not None and not is_for(lookup.entry, self.request.META):
            # There is something for others; this one waits for nobody.
            self._is_passing = True
        self.lookup = lookup

    def _lease(self) -> str | None:
        return self.store.lease(self.question.key, core_settings.current.CACHE_LEASE_SECONDS)

    def _release(self) -> None:
        if self._token is not None:
            token, self._token = self._token, None
            self.store.release(self.question.key, token)

    def _is_usable(self) -> bool:
        entry = self.lookup.entry
        return (
            entry is not None
            and is_for(entry, self.request.META)
            and time.time() < entry.usable_until
        )

    def _answer(self, state: str) -> HttpResponse:
        entry = self.lookup.entry
        assert entry is not None
        note_origin(entry, self.request)
        response = response_of(*answer(entry, self.question, self.request.META, state))
        announce(Visit, state)
        return response

    def _finish(
        self, response: HttpResponseBase, readings: Readings, collector: Collector, seconds: float
    ) -> HttpResponseBase:
        try:
            reason = reason_not_to_store(self.request, response, readings, collector)
            if not reason and not self.lookup.moment:
                reason = "unavailable"
            if reason:
                self._pass(reason)
                return self._with_ignored_query(refuse(self._if_changed(response), reason))
            assert isinstance(response, HttpResponse)
            return self._store(response, readings, collector, seconds)
        finally:
            self._release()

    def _store(
        self, response: HttpResponse, readings: Readings, collector: Collector, seconds: float
    ) -> HttpResponseBase:
        entries = entries_of(
            self.request,
            response,
            collector=collector,
            absent=readings.absent,
            varied=readings.varied,
            lifetime=lifetime_of(response),
            render_seconds=seconds,
        )
        if not entries:
            self._pass("expired")
            return refuse(response, "expired")
        is_right = self.question.is_head or self.store.put(
            self.question.key, entries, collector.tags, self.lookup.moment
        )
        entry = next(entries[name] for name in self.question.encodings if name in entries)
        status, headers, body = answer(entry, self.question, self.request.META, "miss")
        fresh = response_of(status, headers, body)
        if self.question.is_head:
            # Not all views render a body for HEAD.
            fresh.headers.pop("Content-Length")
            fresh.headers.pop("ETag")
        fresh.headers.pop("Age", None)
        if not is_right and proxies.are_told():
            proxies.forbid(fresh)
        for name, value in headers_for_once(response):
            fresh.headers[name] = value
        fresh._resource_closers = response._resource_closers  # type: ignore[attr-defined]
        announce(Visit, "miss")
        return fresh

    def _pass(self, reason: str) -> None:
        """Let nobody wait for a response that is not going to be stored."""
        if self._token and self.lookup.moment and self.lookup.entry is None:
            entry = pass_entry(reason, PASS_SECONDS)
            self.store.put(self.question.key, {"identity": entry}, {EPOCH_TAG}, self.lookup.moment)

    def _if_changed(self, response: HttpResponseBase) -> HttpResponseBase:
        """304 for a client that has it already: the view could not see the condition."""
        etag, modified = response.headers.get("ETag"), response.headers.get("Last-Modified")
        if not isinstance(response, HttpResponse) or response.status_code != HTTPStatus.OK:
            return response
        if not (etag or modified):
            return response
        moment = parse_http_date_safe(modified) if modified else None
        shorter = get_conditional_response(self.request, etag, moment, response)
        if shorter is None or shorter is response:
            return response
        shorter._resource_closers = response._resource_closers  # type: ignore[attr-defined]
        return shorter

    def _with_ignored_query(self, response: HttpResponseBase) -> HttpResponseBase:
        is_redirect = response.status_code in REDIRECTS or response.status_code in (302, 303, 307)
        if self.question.ignored_query and is_redirect and "Location" in response.headers:
            response.headers["Location"] = with_ignored_query(
                response.headers["Location"], self.question
            )
        return response


def _safely(action: Callable[[], T], fallback: Any) -> T | Any:
    try:
        return action()
    except Exception:
        logger.exception("The response cache failed; the visitor gets a response without it")
        return fallback
