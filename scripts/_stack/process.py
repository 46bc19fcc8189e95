"""One process of the stack, which is started again when it dies."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .layout import Layout

AGAIN = Path(__file__).resolve().parents[1] / "again.sh"


@dataclass(frozen=True)
class Process:
    """``command`` as honcho starts it; ``state/NAME.pids`` has its pids while it runs."""

    name: str
    command: Sequence[str | Path]
    layout: Layout
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """For a shell, which goes away as soon as it has started the process."""
        words = [AGAIN, self.layout.pids(self.name), *self.command]
        return "exec " + shlex.join(str(word) for word in words)
