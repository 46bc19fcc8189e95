"""Why a request was not made, or has no answer. No text has more of a URL than its host: the rest may be secret."""

from __future__ import annotations


class OutgoingError(Exception):
    """All of them."""


class InvalidRequest(OutgoingError):
    """The URL, the method or a header is not fit to be sent. Nothing was."""


class AddressRefused(OutgoingError):
    """The host, its address, the scheme or the port is one that requests must not go to. Nothing was sent."""


class ConnectionFailed(OutgoingError):
    """There is no such host, nobody listens there, or the connection broke."""


class TlsFailed(ConnectionFailed):
    """The server could not show that it is who it should be."""


class TimedOut(OutgoingError):
    """The server took too long: to be reached, for its next bytes, or for all."""


class BadAnswer(OutgoingError):
    """The answer is not HTTP, is cut off or cannot be unpacked."""


class TooLarge(BadAnswer):
    """The answer is larger than allowed, as sent or unpacked."""


class TooManyRedirects(OutgoingError):
    """There was a redirect too many, or one that must not be followed."""


class BadStatus(OutgoingError):
    """The answer says that it did not work; see ``status``."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status
