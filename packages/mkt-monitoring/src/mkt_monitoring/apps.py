"""Django app configuration."""

from __future__ import annotations

import logging

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

logger = logging.getLogger(__name__)


class MktMonitoringConfig(AppConfig):
    name = "mkt_monitoring"
    label = "mkt_monitoring"
    verbose_name = _("Monitoring")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import checks, exposition, installation
        from .events import builtin
        from .events.checks import check_events, check_tables
        from .rules.checks import check_rules

        register(checks.check_settings)
        register(checks.check_middleware)
        register(checks.check_workers)
        register(check_rules)
        register(check_events)
        register(check_tables, Tags.database)
        if not exposition.can_keep_metrics():
            # The site is worth more than its metrics.
            logger.error("PROMETHEUS_MULTIPROC_DIR cannot be used; what is measured is lost.")
        installation.install()
        builtin.register_all()
        autodiscover_modules("mkt_metrics")
