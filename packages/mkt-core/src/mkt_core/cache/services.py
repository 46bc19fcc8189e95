"""Purging by hand, with an entry in Wagtail's log of who did it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wagtail.log_actions import log

from ..models import ResponseCache
from .collector import EPOCH_TAG
from .purging import purge

PURGE_ACTION = "mkt_core.cache_purge"
#: Name of the permission in ``user.has_perm()``.
PURGE_PERMISSION = "mkt_core.purge_responsecache"


def purge_page(page: Any, *, user: Any = None) -> None:
    """Everything that shows ``page`` is rendered anew, after the commit. One query, for the log entry of the page."""
    tag = f"page:{page.pk}"
    purge(tag)
    log(page, PURGE_ACTION, user=user, data={"tags": [tag]})


def purge_tags(tags: Iterable[str], *, user: Any = None) -> None:
    """Everything made of any of ``tags`` is rendered anew, after the commit. One query.

    Raises:
        ValueError: there is no tag, or an empty one.
    """
    names = list(dict.fromkeys(tags))
    if not names:
        raise ValueError("There is no tag to purge.")
    purge(*names)
    log(ResponseCache(pk=0), PURGE_ACTION, user=user, data={"tags": names})


def purge_everything(*, user: Any = None) -> None:
    """Nothing that is stored now is given out any more, after the commit. One query."""
    purge(EPOCH_TAG)
    log(ResponseCache(pk=0), PURGE_ACTION, user=user, data={"everything": True})
