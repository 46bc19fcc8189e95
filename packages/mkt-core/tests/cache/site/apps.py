from django.apps import AppConfig


class CacheSiteConfig(AppConfig):
    name = "tests.cache.site"
    label = "cache_site"
    default_auto_field = "django.db.models.BigAutoField"
