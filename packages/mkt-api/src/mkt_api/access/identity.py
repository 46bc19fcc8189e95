"""Who asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from django.http import HttpRequest

from .scopes import READ, RESTRICTED

_ATTRIBUTE = "_mkt_api_access"


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """What a process remembers of a token for a moment."""

    pk: int
    scopes: frozenset[str]
    sites: frozenset[Any]
    origins: frozenset[str]
    networks: tuple[str, ...]
    limit: int | None
    #: Seconds since the epoch; None: never.
    expires_at: float | None
    last_used_at: float | None


@dataclass(frozen=True, slots=True)
class Access:
    """What a request may do."""

    kind: Literal["anonymous", "token", "wagtail", "session"]
    #: Whom limits count.
    key: str
    scopes: frozenset[str]
    token: TokenFacts | None = None
    #: Whose session or Wagtail token it is.
    user: Any = field(default=None, compare=False)

    def has_any(self, *scopes: str) -> bool:
        """Whether it has at least one of these."""
        return not self.scopes.isdisjoint(scopes)

    @property
    def sees_restricted(self) -> bool:
        """Whether view restrictions do not concern it at all."""
        return RESTRICTED in self.scopes

    @property
    def sees_what_everybody_sees(self) -> bool:
        """Whether an answer to it may be given to others, too, and the other way round."""
        return self.kind in ("anonymous", "token") and not self.sees_restricted


def access_of(request: HttpRequest) -> Access:
    """That of a request which a view of the API has let in; anonymous outside of one."""
    known: Access | None = getattr(request, _ATTRIBUTE, None)
    return known or Access("anonymous", "", frozenset({READ}))


def set_access(request: HttpRequest, access: Access) -> None:
    """Note it on the request, for all that shows something."""
    setattr(request, _ATTRIBUTE, access)
