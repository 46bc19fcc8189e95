"""``path("", include("mkt_monitoring.urls"))`` gives ``/metrics`` and the intake of events, ``/e/``."""

from __future__ import annotations

from django.urls import path

from . import views
from .events.intake.views import intake

app_name = "mkt_monitoring"

urlpatterns = [
    path("metrics", views.metrics, name="metrics"),
    path("e/", intake, name="intake"),
]
