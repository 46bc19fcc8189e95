"""Giving up all idle connections of a pool at once, when the first of them turns out to be dead."""

from __future__ import annotations

from typing import Any

from psycopg import Connection, OperationalError


class DrainingConnection(Connection[Any]):
    """What a pool makes its connections of.

    psycopg_pool looks at one idle connection after the other, and waits between them: none, 1, 2, 4 … seconds. After a
    restart of the server all are dead, and a request that meets five of them would fail long after the server is back.
    """

    def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().execute(query, *args, **kwargs)
        except OperationalError:
            # The pool's look is a query without content; older pools cannot be drained.
            drain = getattr(getattr(self, "_pool", None), "drain", None)
            if query == "" and self.closed and drain is not None:
                drain()
            raise
