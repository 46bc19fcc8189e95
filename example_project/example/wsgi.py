"""The WSGI application that a server runs: ``example.wsgi:application``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "example.settings.production")

application = get_wsgi_application()
