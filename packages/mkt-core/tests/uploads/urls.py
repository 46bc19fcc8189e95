from django.urls import include, path
from wagtail import VERSION
from wagtail.admin import urls as admin_urls
from wagtail.documents import urls as document_urls

urlpatterns = [
    path("admin/", include(admin_urls)),
    path("documents/", include(document_urls)),
]
if VERSION >= (8, 0):
    from wagtail.api.v3.urls import api

    urlpatterns.append(path("api/v3/", api.urls))
