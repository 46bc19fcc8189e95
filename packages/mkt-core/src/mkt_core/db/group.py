"""The primary and its replicas, as this process knows them."""

from __future__ import annotations

import logging
import random
from collections.abc import Mapping
from functools import cached_property
from threading import Lock
from typing import Any

from django.apps import apps
from django.core.signals import setting_changed

from ..conf import core_settings
from ..signals import replica_recovered, replica_unavailable
from .watching import PrimaryWatch, ReplicaWatch

logger = logging.getLogger(__name__)


class Group:
    """One primary with its replicas; empty if no replica is configured."""

    def __init__(self) -> None:
        conf = core_settings.current
        self.primary_alias = conf.DATABASE_PRIMARY
        self.primary = _Primary(self)
        self.replicas = {
            alias: ReplicaWatch(alias, weight, self.primary) for alias, weight in weights().items()
        }
        self.aliases = frozenset({self.primary_alias, *self.replicas})
        #: Aliases whose failure has been told.
        self._failing: set[str] = set()
        self._lock = Lock()

    def keep_watching(self) -> None:
        """Have the servers asked how they are, from now on and for a while."""
        for watch in (self.primary, *self.replicas.values()):
            watch.keep_asking()

    def is_usable(self, alias: str, not_before: float) -> bool:
        """Whether the replica gets reads, and has all that was committed at ``not_before``."""
        replica = self.replicas.get(alias)
        return replica is not None and not replica.problem and replica.as_of >= not_before

    def choose(self, not_before: float) -> str:
        """A replica that is usable, by weight; empty if there is none."""
        self.keep_watching()
        usable = [alias for alias in self.replicas if self.is_usable(alias, not_before)]
        if not usable:
            self.tell()
            return ""
        if len(usable) == 1:
            return usable[0]
        shares = [self.replicas[alias].weight for alias in usable]
        return random.choices(usable, shares)[0]  # noqa: S311

    def failed(self, alias: str, error: Exception) -> None:
        """A request could not use the replica: nobody uses it before it has answered the watch again."""
        self.replicas[alias].failed(error)
        self.tell()

    def tell(self) -> None:
        """Log and signal what has changed since the last time."""
        for alias, replica in self.replicas.items():
            problem = replica.problem
            if problem == "unknown":
                continue
            with self._lock:
                if bool(problem) == (alias in self._failing):
                    continue
                self._failing ^= {alias}
            if problem:
                logger.error("No reads go to the replica %s: it is %s", alias, problem)
                replica_unavailable.send_robust(
                    sender=_sender(), alias=alias, reason=problem, error=replica.error
                )
            else:
                logger.warning("Reads go to the replica %s again", alias)
                replica_recovered.send_robust(sender=_sender(), alias=alias)

    def stop(self) -> None:
        for watch in (self.primary, *self.replicas.values()):
            watch.stop()

    @cached_property
    def primary_tables(self) -> frozenset[str]:
        """Tables of ``DATABASE_PRIMARY_MODELS`` and of the users."""
        from django.conf import settings

        labels = (*core_settings.current.DATABASE_PRIMARY_MODELS, settings.AUTH_USER_MODEL)
        return _tables(labels)

    @cached_property
    def exempt_tables(self) -> frozenset[str]:
        """Tables of ``DATABASE_PIN_EXEMPT``."""
        return _tables(core_settings.current.DATABASE_PIN_EXEMPT)


class _Primary(PrimaryWatch):
    def __init__(self, group: Group) -> None:
        super().__init__(group.primary_alias)
        self._group = group

    def _told(self) -> None:
        # A frozen replica is noticed here: its own thread waits for it.
        self._group.tell()


def weights() -> dict[str, int]:
    """The configured replicas with their shares of the reads."""
    given = core_settings.current.DATABASE_REPLICAS
    return dict(given) if isinstance(given, Mapping) else dict.fromkeys(given, 1)


def known_labels() -> frozenset[str]:
    """What ``DATABASE_PRIMARY_MODELS`` and ``DATABASE_PIN_EXEMPT`` may name, in lower case."""
    models = {model._meta.label_lower for model in apps.get_models(include_auto_created=True)}
    return frozenset(models | {app.label.lower() for app in apps.get_app_configs()})


def _tables(labels: tuple[str, ...]) -> frozenset[str]:
    wanted = {label.lower() for label in labels}
    return frozenset(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label_lower in wanted or model._meta.app_label.lower() in wanted
    )


def _sender() -> Any:
    from .router import ReplicaRouter

    return ReplicaRouter


_group: Group | None = None
_group_lock = Lock()


def current_group() -> Group:
    """The databases of this process's settings."""
    global _group
    if _group is None:
        with _group_lock:
            _group = _group or Group()
    return _group


def forget_group(*, setting: str = "MKT_CORE", **kwargs: object) -> None:
    """Know nothing of any server, as after a start; for tests and after a change of settings."""
    global _group
    if setting in ("MKT_CORE", "DATABASES", "AUTH_USER_MODEL"):
        with _group_lock:
            group, _group = _group, None
        if group is not None:
            group.stop()


setting_changed.connect(forget_group, dispatch_uid="mkt_core.db.group")
