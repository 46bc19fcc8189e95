from django.apps import AppConfig


class CustomConfig(AppConfig):
    name = "custom"
    default_auto_field = "django.db.models.BigAutoField"
