"""Django app configuration."""

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _


class MktCoreConfig(AppConfig):
    name = "mkt_core"
    label = "mkt_core"
    verbose_name = _("MKT core")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import checks
        from .cache import checks as cache_checks
        from .cache import middleware_checks
        from .cache.cdn import checks as cdn_checks
        from .cache.cdn import signal_handlers as cdn_signal_handlers
        from .conf import core_settings
        from .health import checks as health_checks
        from .health import setting_checks as health_setting_checks
        from .logging import checks as logging_checks
        from .logging import security_events
        from .outgoing import checks as outgoing_checks
        from .ratelimit import checks as ratelimit_checks
        from .security import checks as security_checks
        from .security import policy_checks

        register(checks.check_settings)
        register(checks.check_middleware, Tags.urls)
        register(cache_checks.check_backends, Tags.caches)
        register(cache_checks.check_store, Tags.caches)
        register(middleware_checks.check_response_cache, Tags.caches)
        register(cdn_checks.check_cdn, Tags.caches)
        register(policy_checks.check_policies, Tags.security)
        register(policy_checks.check_strength, Tags.security, deploy=True)
        register(security_checks.check_security, Tags.security)
        register(security_checks.check_transport, Tags.security, deploy=True)
        register(health_setting_checks.check_health)
        register(logging_checks.check_logging)
        register(ratelimit_checks.check_client_address)
        register(ratelimit_checks.check_rate_limits, Tags.caches)
        register(outgoing_checks.check_outgoing)
        cdn_signal_handlers.connect()
        health_checks.register_built_in()
        security_events.connect()
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
