from django.conf.urls.i18n import i18n_patterns
from django.urls import path

from .urls import reset

urlpatterns = i18n_patterns(path("reset/<uid>/<token>/", reset))
