from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from . import views

urlpatterns = [
    path("", include("mkt_monitoring.urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include("wagtail.documents.urls")),
    path("ok/<int:number>/", views.ok),
    path("slow/", views.slow),
    path("stream/", views.stream),
    path("async/<int:number>/", views.async_ok),
    path("async-broken/", views.async_broken),
    path("async-stream/", views.async_stream),
    path("async-forever/", views.async_forever),
    path("broken/", views.broken),
    path("missing/", views.missing),
    path("forbidden/", views.forbidden),
    path("file/", views.file),
    re_path(r"^old/(?P<slug>[a-z]+)/$", views.ok),
    path("", include(wagtail_urls)),
]
