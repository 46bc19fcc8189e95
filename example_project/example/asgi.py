"""The ASGI application that a server runs: ``example.asgi:application``."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "example.settings.production")

application = get_asgi_application()
