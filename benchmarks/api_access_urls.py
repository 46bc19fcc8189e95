"""Of ``api_access.py``."""

from django.urls import include, path

urlpatterns = [path("api/", include("mkt_api.urls"))]
