from django.apps import AppConfig


class SeoSiteConfig(AppConfig):
    name = "tests.seo.site"
    label = "seo_site"
    default_auto_field = "django.db.models.BigAutoField"
