"""What a CDN that can be told of changes looks like from here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from traceback import extract_tb
from typing import Any, ClassVar

from ...conf import SettingProblem
from .purge import Purge


class PurgeError(Exception):
    """A CDN has not taken a purge. The text is meant for logs and holds no secret."""


class PurgeFailed(PurgeError):
    """It may take the purge later, but not before ``retry_after_seconds`` if it has said so."""

    def __init__(self, message: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class PurgeRefused(PurgeError):
    """It will not take the purge however often it is sent: a wrong token, a wrong address."""


class Undelivered(Exception):
    """``rest`` is what is still to be told after ``error``."""

    def __init__(self, rest: Purge, error: Exception) -> None:
        super().__init__(str(error))
        self.rest = rest
        self.error = error

    @property
    def is_final(self) -> bool:
        """Whether trying again is pointless."""
        return isinstance(self.error, PurgeRefused)

    @property
    def reason(self) -> str:
        """For the log; of an error that is not one of ours only kind and place, since its text may hold anything."""
        if isinstance(self.error, PurgeError):
            return str(self.error)
        frames = extract_tb(self.error.__traceback__)
        place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
        return f"{type(self.error).__name__}{place}"


class TagBackend:
    """One CDN. A site's own: subclass, and name the class as ``BACKEND`` in ``MKT_CORE["CACHE_CDN"]``.

    An instance lives as long as its process and is used by several threads.
    """

    #: The response header in which this CDN reads the tags.
    header: ClassVar[str] = "Surrogate-Key"
    #: What one call of ``purge_tags()`` is given at most; bytes with one more between two tags.
    most_tags: ClassVar[int] = 100
    most_bytes: ClassVar[int] = 4000

    def __init__(self, name: str, params: Mapping[str, Any]) -> None:
        """``params`` is the entry ``name`` of the setting, without ``BACKEND``."""
        self.name = name

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    @classmethod
    def problems(cls, name: str, params: Mapping[str, Any]) -> list[SettingProblem]:
        """What is wrong with ``params``, for system checks. Must not show any value: some are secrets."""
        return []

    def purge_tags(self, tags: Sequence[str]) -> None:
        """Have everything made of any of ``tags`` fetched anew. The tags are written as in the response header.

        Raises:
            PurgeFailed: worth another attempt (as is any error that is none of ours).
            PurgeRefused: not worth it.
        """
        raise NotImplementedError

    def purge_everything(self) -> None:
        """Have everything fetched anew. Raises as ``purge_tags()``."""
        raise NotImplementedError

    def deliver(self, purge: Purge) -> None:
        """Tell all of ``purge`` in as few calls as allowed.

        Raises:
            Undelivered: a call failed; those before it need not be repeated.
        """
        if purge.everything:
            try:
                self.purge_everything()
            except Exception as error:
                raise Undelivered(purge, error) from error
            return
        batches = list(self._batches(sorted(purge.tags)))
        for position, batch in enumerate(batches):
            try:
                self.purge_tags(batch)
            except Exception as error:
                rest = frozenset(tag for later in batches[position:] for tag in later)
                raise Undelivered(Purge(tags=rest), error) from error

    def _batches(self, tags: Sequence[str]) -> Iterator[list[str]]:
        batch: list[str] = []
        size = 0
        for tag in tags:
            if batch and (len(batch) >= self.most_tags or size + len(tag) > self.most_bytes):
                yield batch
                batch, size = [], 0
            batch.append(tag)
            size += len(tag) + 1
        if batch:
            yield batch
