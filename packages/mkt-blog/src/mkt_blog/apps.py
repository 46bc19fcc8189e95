"""Django app configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MktBlogConfig(AppConfig):
    name = "mkt_blog"
    label = "mkt_blog"
    verbose_name = _("Blog")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import checks, signal_handlers
        from .seo.sitemaps import register_sections

        checks.register()
        register_sections()
        signal_handlers.connect()
