"""What happened, for anyone who wants to know."""

from django.dispatch import Signal

#: A task could not be handed to its queue after the commit. Sender: the task's function. Arguments: ``task``, ``args``,
#: ``kwargs`` (as they would have been enqueued) and ``error``.
task_enqueue_failed = Signal()

#: A health check began to fail or recovered. Sender: ``mkt_core.health.registry.HealthCheck``. Arguments: ``result``
#: (``mkt_core.health.registry.CheckResult``).
health_check_changed = Signal()

#: A committed change was told to the response cache. Sender: ``mkt_core.cache.purging.deliver``. Arguments: ``tags``
#: (frozenset of str).
tags_bumped = Signal()

#: The response cache's server could not be used. Sender: the class of the store. Arguments: ``alias``, ``operation``
#: (such as "look_up") and ``error``.
response_cache_failed = Signal()

#: A ``FailSafeCache`` did without its server. Sender: ``mkt_core.cache.backends.FailSafeCache``.
#: Arguments: ``operation`` (such as "get") and ``error`` (None while the server is not even asked).
cache_backend_failed = Signal()

#: The response cache has dealt with a request. Sender: ``mkt_core.cache.serving.Visit`` or
#: ``mkt_core.wsgi.FrontDoor``. Arguments: ``state`` ("hit", "miss", "stale" or "bypass") and
#: ``reason`` (of a bypass, else "").
response_cache_looked_up = Signal(use_caching=True)

#: A CDN was told what to purge. Sender: ``mkt_core.cache.cdn.reports.sent``. Arguments: ``name`` (the key in
#: ``CACHE_CDN``, or "wagtail.contrib.frontend_cache"), ``tags`` and ``urls`` (frozensets of str), ``everything`` (bool)
#: and ``seconds``. This and the next two are sent from threads in the background, or by a worker.
cdn_purged = Signal()

#: A CDN was not told, and will be again. Sender: ``mkt_core.cache.cdn.reports.failed``. Arguments: ``name``, ``tags``,
#: ``urls``, ``everything``, ``error`` and ``delay_seconds``.
cdn_purge_failed = Signal()

#: A CDN will never be told: it keeps what it has. Sender: ``mkt_core.cache.cdn.reports.dropped``. Arguments: ``name``,
#: ``tags``, ``urls``, ``everything`` and ``reason`` ("refused", "expired", "exit" or "full").
cdn_purge_dropped = Signal()

#: A browser told of a violated Content Security Policy. Sender: ``mkt_core.security.violations.Violation``. Arguments:
#: ``violation``, an instance of it. Anyone can send such a report.
csp_violation_reported = Signal()
#: Somebody has reached a rate limit. Sender: ``mkt_core.ratelimit.Rule``. Arguments: ``decision``
#: (``mkt_core.ratelimit.Decision``) and ``key`` (who, as a keyed hash).
rate_limit_exceeded = Signal()

#: A rate limit could not be counted; the rule's ``on_failure`` has decided. Sender:
#: ``mkt_core.ratelimit.Rule``. Argument: ``decision``.
rate_limit_failed = Signal()

#: A request of our own has come to its end. Sender: ``mkt_core.outgoing.request``. Arguments: ``method``, ``host`` (""
#: if the URL was none), ``status`` (None without an answer), ``error`` (a ``mkt_core.outgoing.OutgoingError`` or None),
#: ``seconds`` and ``purpose``.
outgoing_request_finished = Signal()
