"""The health check of the replicas: pages do without them, so it only degrades."""

from __future__ import annotations

from ..health.checks import CheckFailed
from .group import current_group

_FIRST_SECONDS = 1.5


def check_replicas() -> None:
    """Every replica gets reads: it answers, follows the primary, and lags no more than it may."""
    group = current_group()
    group.keep_watching()
    for replica in group.replicas.values():
        replica.wait_for_first(_FIRST_SECONDS)
    found = {alias: replica.problem for alias, replica in group.replicas.items()}
    if bad := {
        alias: problem for alias, problem in found.items() if problem not in ("", "unknown")
    }:
        raise CheckFailed(", ".join(f"{alias} is {problem}" for alias, problem in bad.items()))
