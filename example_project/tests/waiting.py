"""Waiting for what other processes do."""

import time


def wait_until(condition, *, seconds=20):
    """What the condition gives as soon as it is true."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.05)
    return found
