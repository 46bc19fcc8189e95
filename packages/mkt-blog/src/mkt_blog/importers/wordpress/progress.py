"""A progress bar for people: nothing is drawn unless somebody looks at a terminal."""

import time
from typing import TextIO

WIDTH = 30
SECONDS_BETWEEN = 0.1


class ProgressBar:
    """Called with the number of items done and the number of all items."""

    def __init__(self, stream: TextIO, *, enabled: bool = True) -> None:
        self._stream = stream
        self._enabled = enabled and stream.isatty()
        self._drawn_at = 0.0
        self._drawn = False

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if not self._enabled or (done < total and now - self._drawn_at < SECONDS_BETWEEN):
            return
        self._drawn_at = now
        self._drawn = True
        filled = WIDTH * done // max(total, 1)
        bar = "#" * filled + "." * (WIDTH - filled)
        self._stream.write(f"\r[{bar}] {done}/{total}")
        self._stream.flush()

    def finish(self) -> None:
        """Leave the line, so that what follows begins on a new one."""
        if self._drawn:
            self._stream.write("\n")
            self._drawn = False
