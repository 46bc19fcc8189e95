"""Pieces of PromQL."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

# What series are added up by: one site may have several addresses, and one Prometheus several sites.
# "site" is a label of targets in prometheus.yml; without it, nothing changes.
SITE = "job, site"

_KEY = re.compile(r"(\w+)(!~|!|~)?")
_OPERATORS = {None: "=", "!": "!=", "~": "=~", "!~": "!~"}


def matchers(given: Mapping[str, str]) -> str:
    """``{"job": "site", "http_route~": "/api/.*"}`` as ``job="site", http_route=~"/api/.*"``."""
    return ", ".join(_matcher(key, value) for key, value in given.items())


def _matcher(key: str, value: str) -> str:
    found = _KEY.fullmatch(key)
    if found is None:
        raise ValueError(f"{key!r} is no label.")
    return f"{found[1]}{_OPERATORS[found[2]]}{json.dumps(value, ensure_ascii=False)}"
