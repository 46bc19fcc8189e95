"""Django app configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MktMonitoringConfig(AppConfig):
    name = "mkt_monitoring"
    label = "mkt_monitoring"
    verbose_name = _("Monitoring")
    default_auto_field = "django.db.models.BigAutoField"
