"""``path("", include("mkt_monitoring.urls"))`` gives ``/metrics``."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "mkt_monitoring"

urlpatterns = [path("metrics", views.metrics, name="metrics")]
