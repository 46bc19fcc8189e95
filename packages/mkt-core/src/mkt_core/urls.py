"""``path("", include("mkt_core.urls"))`` in the site's URLconf, in front of Wagtail's."""

from django.urls import path

from .health import views
from .security.views import csp_report

app_name = "mkt_core"

urlpatterns = [
    path("health/live", views.live, name="health_live"),
    path("health/ready", views.ready, name="health_ready"),
    path("health/startup", views.startup, name="health_startup"),
    path("csp-report/", csp_report, name="csp_report"),
]
