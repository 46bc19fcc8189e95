"""The site's addresses, and what an editor does, at addresses that programs can call."""

from django.urls import include, path

from . import editing

urlpatterns = [
    path("editing/<str:action>/<int:pk>/", editing.edit),
    path("", include("tests.browser.urls")),
]
