from django.urls import path

from example.urls import urlpatterns as site_urls

from . import views

urlpatterns = [
    path("broken/", views.broken),
    path("stream/", views.stream),
    path("busy/", views.work),
    *site_urls,
]
