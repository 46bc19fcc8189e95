"""Django app configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MktCoreConfig(AppConfig):
    name = "mkt_core"
    label = "mkt_core"
    verbose_name = _("Core")
    default_auto_field = "django.db.models.BigAutoField"
