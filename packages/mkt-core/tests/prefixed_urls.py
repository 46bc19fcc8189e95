from django.urls import include, path

urlpatterns = [path("internal/", include("mkt_core.urls"))]
