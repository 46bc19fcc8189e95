"""The example site on this machine, with pages that fail and stream, and with work to do."""

import os

import django

from example.settings.test import *  # noqa: F403

MEDIA_ROOT = os.environ["MKT_OBSERVED_MEDIA"]
ROOT_URLCONF = "tests.observability.urls"

_MAIL = "django.core.mail.backends.locmem.EmailBackend"
if django.VERSION >= (6, 1):
    MAILERS = {"default": {"BACKEND": _MAIL}}
else:
    EMAIL_BACKEND = _MAIL
