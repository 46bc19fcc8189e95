from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

urlpatterns = [
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("api/v1/", include("mkt_api.urls")),
    path("", include("mkt_core.urls")),
    path("", include("mkt_core.seo.urls")),
    path("", include("mkt_monitoring.urls")),
    path("", include(wagtail_urls)),
]
