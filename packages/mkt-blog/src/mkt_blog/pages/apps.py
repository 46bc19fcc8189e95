"""Django app configuration."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class MktBlogPagesConfig(AppConfig):
    name = "mkt_blog.pages"
    label = "mkt_blog_pages"
    verbose_name = _("Blog pages")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from .checks import check_page_model, check_tables

        checks.register(check_page_model, checks.Tags.models)
        checks.register(check_tables, checks.Tags.database)
