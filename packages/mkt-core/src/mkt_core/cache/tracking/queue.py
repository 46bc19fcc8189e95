"""Bumps wait here for the commit of the transaction, and go with the savepoint that is rolled back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from ..purging import deliver
from ..tags import normalised

# More changed rows of one table than this are told as "many rows".
_MOST_ROWS = 500


class Batch:
    """The tags of consecutive writes under the same savepoints; called at the commit."""

    def __init__(self) -> None:
        self.tags: set[str] = set()
        self.is_open = True

    def add(self, tags: Iterable[str]) -> None:
        self.tags.update(tags)

    def __call__(self) -> None:
        self.is_open = False
        deliver(_condensed(self.tags))


def enqueue(connection: Any, tags: Iterable[str]) -> None:
    """Bump ``tags`` when the transaction of ``connection`` commits; at once when there is none."""
    names = {normalised(tag) for tag in tags}
    if not names:
        return
    if not connection.in_atomic_block:
        deliver(_condensed(names))
        if not connection.get_autocommit():
            # Somebody manages the transaction by hand. Django runs the hooks when autocommit comes back.
            batch = Batch()
            batch.add(names)
            connection.run_on_commit.append((set(), batch, True))
        return
    batch = _open_batch(connection) or Batch()
    is_new = not batch.tags
    batch.add(names)
    if is_new:
        connection.on_commit(batch)


def _open_batch(connection: Any) -> Batch | None:
    if not connection.run_on_commit:
        return None
    savepoints, hook, *_ = connection.run_on_commit[-1]
    if not isinstance(hook, Batch) or not hook.is_open:
        return None
    if set(savepoints) - {None} != set(connection.savepoint_ids) - {None}:
        return None
    # TestCase.captureOnCommitCallbacks() runs only the hooks added inside of it: none may slip into an older one.
    if any(getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        return None
    return hook


def _condensed(tags: set[str]) -> frozenset[str]:
    rows = Counter(tag.rpartition(":")[0] for tag in tags if tag.startswith("row:"))
    many = {prefix for prefix, count in rows.items() if count > _MOST_ROWS}
    if not many:
        return frozenset(tags)
    kept = {tag for tag in tags if tag.rpartition(":")[0] not in many}
    return frozenset(kept | {f"bulk:{prefix.partition(':')[2]}" for prefix in many})
