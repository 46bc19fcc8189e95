"""What other processes do with the store while a test looks on: ``python processes.py reader|editor URL FILE SECONDS``.

A change is a number written to the file (the "database"), followed by a bump. A render reads the file. A reader
complains whenever it is given a number older than the one that was committed and bumped before it asked.
"""

import random
import sys
import time
from pathlib import Path

import django
from django.conf import settings


def main(role, url, folder, seconds):
    settings.configure(
        CACHES={
            "default": {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                "LOCATION": url,
            }
        }
    )
    django.setup()
    from mkt_core.cache.store import Entry, get_store

    store, database, bumped = get_store(), Path(folder, "database"), Path(folder, "bumped")
    until = time.monotonic() + float(seconds)
    hits = 0
    while time.monotonic() < until:
        if role == "editor":
            number = int(database.read_text()) + 1
            write(database, number)
            store.bump({"page:7", f"page:{number}"})
            write(bumped, number)
            time.sleep(random.uniform(0, 0.01))
            continue
        expected = int(bumped.read_text())
        lookup = store.look_up("/")
        if lookup.entry is None:
            body = database.read_text()
            time.sleep(random.uniform(0, 0.004))
            now = time.time()
            entry = Entry(
                status=200,
                headers=(),
                body=body.encode(),
                created=now,
                fresh_until=now + 9,
                usable_until=now + 9,
            )
            store.put("/", {"identity": entry}, {"page:7", "page:8"}, lookup.moment)
        else:
            hits += 1
            if int(lookup.entry.body) < expected:
                sys.exit(f"given {lookup.entry.body!r} after {expected} was bumped")
    print(hits)


def write(path, number):
    temporary = path.with_suffix(".new")
    temporary.write_text(str(number))
    temporary.replace(path)


if __name__ == "__main__":
    main(*sys.argv[1:])
