"""A task that takes its time, and shows that it was done."""

import time
from pathlib import Path

from mkt_core.tasks import task


@task()
def note(path, text, seconds):
    time.sleep(seconds)
    with Path(path).open("a") as file:
        file.write(f"{text}\n")
