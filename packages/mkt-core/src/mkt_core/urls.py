"""``path("", include("mkt_core.urls"))`` in the site's URLconf, in front of Wagtail's."""

from django.urls import path

from .health import views

app_name = "mkt_core"

urlpatterns = [
    path("health/live", views.live, name="health_live"),
    path("health/ready", views.ready, name="health_ready"),
    path("health/startup", views.startup, name="health_startup"),
]
