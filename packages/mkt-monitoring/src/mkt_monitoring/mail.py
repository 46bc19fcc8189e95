"""Mail: how many messages went out, how many did not, and how long the mail server took."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from time import perf_counter
from typing import Any

from django.core.mail.backends.base import BaseEmailBackend

from .registry import counter, histogram

sent = counter("mail_sent_total", "Mails handed over, by result.", ["result"])
durations = histogram("mail_send_duration_seconds", "Handing mails over, all of one call.")


def _measured(send_messages: Callable[..., int | None]) -> Callable[..., int | None]:
    @wraps(send_messages)
    def measured(email_messages: Iterable[Any], *args: Any, **kwargs: Any) -> int | None:
        messages = list(email_messages)
        started = perf_counter()
        number: int | None = 0
        try:
            number = send_messages(messages, *args, **kwargs)
        finally:
            durations.observe(perf_counter() - started)
            # A backend that does not say how many has sent them all: it would have raised.
            _count(len(messages) if number is None else number, len(messages))
        return number

    return measured


def _count(delivered: int, given: int) -> None:
    for result, number in (("sent", delivered), ("failed", given - delivered)):
        if number > 0:
            sent.labels(result).inc(number)


def install() -> None:
    """Measure every backend that is made from now on, whatever its kind: all of them begin in one constructor."""
    if hasattr(BaseEmailBackend.__init__, "__wrapped__"):
        return
    begin = BaseEmailBackend.__init__

    @wraps(begin)
    def begin_measured(self: BaseEmailBackend, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        # As an attribute of the object: a class may call that of the one above it.
        vars(self)["send_messages"] = _measured(self.send_messages)

    BaseEmailBackend.__init__ = begin_measured  # type: ignore[method-assign]
