"""The site's addresses, its media, which a proxy serves in production, and what an editor does, for programs."""

from django.conf import settings
from django.urls import include, path, re_path
from django.views.static import serve

from . import editing

urlpatterns = [
    path("editing/<str:action>/<int:pk>/", editing.edit),
    path("editing/webhooks/<str:state>/", editing.switch_webhooks),
    re_path(r"^media/(?P<path>.+)$", serve, {"document_root": settings.MEDIA_ROOT}),
    path("", include("example.urls")),
]
