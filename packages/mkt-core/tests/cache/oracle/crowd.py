"""What other processes do with one page while a test looks on.

    python -m tests.cache.oracle.crowd editor|reader FOLDER SECONDS

The editor raises a number in the database, saved as any model is, and notes down number and moment once it is
committed. A reader asks for the page that shows the number, and complains when it is given an older one than was
committed 50 ms before it asked. Prints how many hits, or edits, there were.
"""

import os
import sys
import time
from pathlib import Path

import django
from django.http import HttpResponse
from django.urls import path

PATIENCE_SECONDS = 0.05
#: Where others take the processor away, all go on until there are so many edits, for so long at most.
ENOUGH_EDITS = 5
MOST_SECONDS = 40


def page(request):
    from ..site.models import Topic

    return HttpResponse(Topic.objects.get(slug="clock").name)


urlpatterns = [path("", page)]


def main(role, folder, seconds):
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    from django.conf import settings

    settings.ROOT_URLCONF = __spec__.name
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.MIDDLEWARE = ["mkt_core.cache.middleware.ResponseCacheMiddleware"]
    django.setup()
    until = time.monotonic() + float(seconds)
    print((edit if role == "editor" else read)(Path(folder, "committed"), until))


def is_over(number, until):
    beyond = time.monotonic() - until
    return beyond > MOST_SECONDS or (beyond > 0 and number >= ENOUGH_EDITS)


def edit(committed, until):
    from ..site.models import Topic

    number = 0
    while not is_over(number, until):
        number += 1
        topic = Topic.objects.get(slug="clock")
        topic.name = str(number)
        topic.save()
        temporary = committed.with_suffix(".new")
        temporary.write_text(f"{number} {time.time()}")
        temporary.replace(committed)
        time.sleep(0.02)
    return number


def read(committed, until):
    from django.test import Client

    client, hits, number = Client(), 0, 0
    while not is_over(int(number), until):
        number, moment = committed.read_text().split()
        is_due = time.time() - float(moment) > PATIENCE_SECONDS
        response = client.get("/")
        hits += response["X-MKT-Cache"] == "hit"
        if is_due and int(response.content) < int(number):
            sys.exit(f"given {response.content!r}, {number} was committed long ago")
    return hits


if __name__ == "__main__":
    main(*sys.argv[1:])
