"""A small site with tasks, for processes of its own: with Celery, or with the queue in the database."""

import os
import signal

import django
from django.conf import settings

KIND = os.environ["TEST_TASKS"]
FOLDER = os.environ["TEST_FOLDER"]
EXTRA_APPS = ["django_tasks_db"] if KIND == "database" else []

if KIND == "celery":
    from celery import Celery, shared_task

    app = Celery("site")
    app.conf.update(
        broker_url=os.environ["REDIS_URL"],
        task_ignore_result=True,
        broker_connection_retry_on_startup=True,
        worker_hijack_root_logger=False,
    )
    app.set_default()

settings.configure(
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    DATABASES={
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{FOLDER}/site.sqlite3"}
    },
    MKT_MONITORING={
        "METRICS_PORT": int(os.environ["TEST_METRICS_PORT"]),
        "METRICS_NETWORKS": ["127.0.0.1"],
    },
    INSTALLED_APPS=["mkt_monitoring", *EXTRA_APPS, "django.contrib.contenttypes"],
    LOGGING_CONFIG=None,
    SECRET_KEY="tests",
    TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}} if EXTRA_APPS else {},
    USE_TZ=True,
)
django.setup()


def quiet():
    pass


def failing():
    raise RuntimeError("broken on purpose")


def killed():
    os.kill(os.getpid(), signal.SIGKILL)


def later():
    pass


if KIND == "celery":
    from celery.signals import worker_ready

    @worker_ready.connect
    def open_metrics_port(**kwargs):
        from mkt_monitoring import metrics_server

        metrics_server.start()

    quiet, failing, killed, later = (
        shared_task(name=f"site.{one.__name__}")(one) for one in (quiet, failing, killed, later)
    )

    @shared_task(name="site.again", bind=True, max_retries=2)
    def again(self):
        if self.request.retries < 2:
            raise self.retry(countdown=0)

    def enqueue():
        for _ in range(3):
            quiet.delay()
        failing.delay()
        again.delay()
        later.apply_async(countdown=1)
        killed.delay()

    def work():
        app.worker_main(
            ["worker", "--concurrency", "2", "--loglevel", "ERROR", "--pool", "prefork"]
        )
else:
    from django.core.management import call_command

    from mkt_core.compat import task

    quiet, failing, later = (task()(one) for one in (quiet, failing, later))

    def enqueue():
        from datetime import timedelta

        from django.utils import timezone

        call_command("migrate", verbosity=0)
        for _ in range(3):
            quiet.enqueue()
        failing.enqueue()
        later.using(run_after=timezone.now() + timedelta(hours=1)).enqueue()

    def work():
        call_command("db_worker", batch=True, startup_delay=False, verbosity=0)


def show_metrics():
    from mkt_monitoring.exposition import expose

    print(expose("")[0].decode())


def show_waiting():
    from mkt_monitoring.tasks.backlog import waiting_tasks

    print(waiting_tasks())


def main(what):
    {"enqueue": enqueue, "worker": work, "metrics": show_metrics, "waiting": show_waiting}[what]()
