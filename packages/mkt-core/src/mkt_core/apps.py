"""Django app configuration."""

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class MktCoreConfig(AppConfig):
    name = "mkt_core"
    label = "mkt_core"
    verbose_name = _("MKT core")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import system_checks
        from .accounts import signal_handlers as account_signal_handlers
        from .cache.cdn import signal_handlers as cdn_signal_handlers
        from .conf import core_settings
        from .db import installation as databases
        from .health import checks as health_checks
        from .logging import security_events
        from .uploads import installation as uploads

        system_checks.register_all()
        health_checks.register_built_in()
        account_signal_handlers.connect()
        cdn_signal_handlers.connect()
        security_events.connect()
        databases.install()
        uploads.install()
        if not core_settings.problems():
            health_checks.register_configured(core_settings.current)
            if core_settings.current.LOG_UNHANDLED_ERRORS:
                from .logging.handlers import log_unhandled_errors

                log_unhandled_errors()
        if "mkt_core.cache.middleware.ResponseCacheMiddleware" in settings.MIDDLEWARE:
            from .cache import counting
            from .cache.purging import set_sink
            from .cache.store import bump
            from .cache.tracking.installation import install

            install()
            set_sink(bump)
            counting.install()
        if "mkt_core.security.middleware.ContentSecurityPolicyMiddleware" in settings.MIDDLEWARE:
            from .security import admin_calls

            admin_calls.install()
