"""Queues to test with, from ``django.tasks`` or its backport."""

from importlib import import_module

from mkt_core.compat import Task

PACKAGE = Task.__module__.rpartition(".")[0]

# Resets the queues when a test changes TASKS.
import_module(f"{PACKAGE}.signals")

IMMEDIATE = f"{PACKAGE}.backends.immediate.ImmediateBackend"
DUMMY = f"{PACKAGE}.backends.dummy.DummyBackend"
DEAD = "tests.backends.DeadBackend"


class DeadBackend(import_module(f"{PACKAGE}.backends.dummy").DummyBackend):
    """A queue whose server is down."""

    def enqueue(self, task, args, kwargs):
        raise ConnectionError("the queue is down")
