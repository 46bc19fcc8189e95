from django.urls import include, path
from wagtail.admin import urls as admin_urls

from ..middleware.urls import text

urlpatterns = [path("admin/", include(admin_urls)), path("plain/", text)]
