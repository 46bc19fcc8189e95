"""What happened, for anyone who wants to know."""

from django.dispatch import Signal

#: A task could not be handed to its queue after the commit. Sender: the task's function. Arguments: ``task``, ``args``,
#: ``kwargs`` (as they would have been enqueued) and ``error``.
task_enqueue_failed = Signal()

#: A health check began to fail or recovered. Sender: ``mkt_core.health.registry.HealthCheck``. Arguments: ``result``
#: (``mkt_core.health.registry.CheckResult``).
health_check_changed = Signal()
