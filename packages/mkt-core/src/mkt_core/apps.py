"""Django app configuration."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _


class MktCoreConfig(AppConfig):
    name = "mkt_core"
    label = "mkt_core"
    verbose_name = _("MKT core")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import checks
        from .health import checks as health_checks

        register(checks.check_settings)
        register(checks.check_middleware, Tags.urls)
        health_checks.register_built_in()
