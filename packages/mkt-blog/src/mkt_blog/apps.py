"""Django app configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MktBlogConfig(AppConfig):
    name = "mkt_blog"
    label = "mkt_blog"
    verbose_name = _("Blog")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wagtail.signals import init_new_page, page_published, page_unpublished

        from mkt_core import health

        from . import checks, scheduling, signal_handlers
        from .admin.defaults import prepare_new_post

        checks.register()
        health.register(scheduling.HEALTH_CHECK, critical=False)(scheduling.check_scheduling)
        page_published.connect(
            signal_handlers.announce_publication, dispatch_uid="mkt_blog.announce_publication"
        )
        page_unpublished.connect(
            signal_handlers.announce_removal, dispatch_uid="mkt_blog.announce_removal"
        )
        init_new_page.connect(prepare_new_post, dispatch_uid="mkt_blog.prepare_new_post")
