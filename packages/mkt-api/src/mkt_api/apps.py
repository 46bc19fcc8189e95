"""Django app configuration."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _


class MktApiConfig(AppConfig):
    name = "mkt_api"
    label = "mkt_api"
    verbose_name = _("API")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import signal_handlers
        from .admin.permissions import register_policies
        from .checks import check_pages, check_resources, check_settings, check_tables
        from .keeping import install
        from .sync import recording

        install()
        register(check_settings)
        register(check_resources)
        register(check_pages)
        register(check_tables, Tags.database)
        signal_handlers.connect()
        register_policies()
        recording.connect()
