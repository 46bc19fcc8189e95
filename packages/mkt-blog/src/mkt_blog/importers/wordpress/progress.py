"""A progress bar for people: nothing is drawn unless somebody looks at a terminal."""

import time

from django.core.management.base import OutputWrapper

WIDTH = 30
SECONDS_BETWEEN = 0.1


class ProgressBar:
    """Called with the number of items done and the number of all items."""

    def __init__(self, stream: OutputWrapper, *, enabled: bool = True) -> None:
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
        self._write(f"\r[{bar}] {done}/{total}")

    def finish(self) -> None:
        """Leave the line, so that what follows begins on a new one."""
        if self._drawn:
            self._write("\n")
            self._drawn = False

    def _write(self, text: str) -> None:
        # Without the colour that errors have, and without a new line.
        self._stream.write(text, style_func=str, ending="")
        self._stream.flush()
