"""An editor in a process of its own: reads lines of JSON, ``{"do": "publish", …}``, and writes one for each.

Starting Django for each change would cost seconds; this is started once for all tests.
"""

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "example.settings.production")


def publish(title, slug):
    """A new post in the blog."""
    from mkt_blog.pages.models import BlogIndexPage, PostPage

    post = PostPage(title=title, slug=slug)
    BlogIndexPage.objects.live().first().add_child(instance=post)
    post.save_revision().publish()
    return post.url


def rename(slug, title):
    """Another title for a post that is there."""
    from mkt_blog.pages.models import PostPage

    post = PostPage.objects.get(slug=slug)
    post.title = title
    post.save_revision().publish()
    return post.url


def enqueue(number, path, seconds):
    """Tasks that write a line each."""
    from tests.stack.tasks import note

    for count in range(number):
        note.enqueue(path, str(count), seconds)
    return number


def tasks():
    """How many tasks there are in each state."""
    from django.db.models import Count
    from django_tasks_db.models import DBTaskResult

    found = DBTaskResult.objects.filter(task_path="tests.stack.tasks.note")
    counted = found.order_by().values_list("status").annotate(Count("pk"))
    return dict(counted)


def requeue(seconds):
    """As the scheduler would, for tasks that have been running for so long."""
    from home.management import tasks

    return tasks.requeue(running_for_seconds=seconds)


def alert(recipient):
    """A rule that fires at once, because all is well."""
    from mkt_monitoring.models import AlertRule

    AlertRule.objects.create(
        name="All is well", measure="health", comparison="below", threshold=100, emails=recipient
    )
    return True


def messages():
    """State and number of attempts of each message of an alert."""
    from mkt_monitoring.models import AlertMessage

    return [[one.status, one.attempts] for one in AlertMessage.objects.all()]


def main():
    import django

    django.setup()
    out, sys.stdout = sys.stdout, sys.stderr
    known = (publish, rename, enqueue, tasks, requeue, alert, messages)
    actions = {action.__name__: action for action in known}
    for line in sys.stdin:
        from django.db import close_old_connections

        question = json.loads(line)
        close_old_connections()
        print(json.dumps(actions[question.pop("do")](**question)), file=out, flush=True)


if __name__ == "__main__":
    main()
