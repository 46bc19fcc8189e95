from django.urls import include, path

from .urls import urlpatterns as site_urlpatterns

urlpatterns = [path("", include("mkt_core.seo.urls")), *site_urlpatterns]
