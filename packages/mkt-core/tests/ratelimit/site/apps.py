from django.apps import AppConfig


class RateLimitSiteConfig(AppConfig):
    name = "tests.ratelimit.site"
    label = "ratelimit_site"
    default_auto_field = "django.db.models.BigAutoField"
