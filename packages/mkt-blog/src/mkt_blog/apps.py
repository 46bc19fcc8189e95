"""Django app configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MktBlogConfig(AppConfig):
    name = "mkt_blog"
    label = "mkt_blog"
    verbose_name = _("Blog")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate
        from wagtail import hooks
        from wagtail.signals import init_new_page

        from mkt_core import health

        from . import checks, forgetting, html_permission, scheduling, signal_handlers
        from .admin.defaults import prepare_new_post
        from .seo.sitemaps import register_sections

        checks.register()
        hooks.register("register_permissions", html_permission.registered_permissions)
        post_migrate.connect(
            html_permission.create_permission,
            sender=self,
            dispatch_uid="mkt_blog.create_html_permission",
        )
        forgetting.connect()
        register_sections()
        signal_handlers.connect()
        health.register(scheduling.HEALTH_CHECK, critical=False)(scheduling.check_scheduling)
        init_new_page.connect(prepare_new_post, dispatch_uid="mkt_blog.prepare_new_post")
