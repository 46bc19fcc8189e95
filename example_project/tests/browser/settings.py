"""The site as it is in production, on this machine over plain HTTP, with a page type that has every widget.

Chromium takes cookies marked as secure from ``localhost``; nothing is redirected to HTTPS.
"""

import os

from example.settings.base import MIDDLEWARE, POLICY_SOURCES
from example.settings.test import *  # noqa: F403
from example.settings.test import INSTALLED_APPS
from mkt_core import security

INSTALLED_APPS += [
    "tests.browser.lab",
    "wagtail.contrib.search_promotions",
    "wagtail.contrib.simple_translation",
    "wagtail.contrib.table_block",
    "wagtail.contrib.typed_table_block",
    "wagtail.locales",
]
MIDDLEWARE.insert(
    MIDDLEWARE.index("django.middleware.security.SecurityMiddleware") + 1,
    "whitenoise.middleware.WhiteNoiseMiddleware",
)
WHITENOISE_USE_FINDERS = True

globals().update(security.recommended(ssl_redirect=False, hsts_seconds=0, **POLICY_SOURCES))

MEDIA_ROOT = os.environ["MKT_BROWSER_MEDIA"]
ROOT_URLCONF = "tests.browser.urls"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("en", "English"), ("de", "German")]
WAGTAIL_I18N_ENABLED = True
# Milliseconds. Wagtail keeps work half a second after it was typed, just when these tests click Publish, and then asks
# questions. On a busy machine they may take some seconds to get there.
WAGTAIL_AUTOSAVE_INTERVAL = 20_000
# Nor does it ask whether the tab of the test before is still writing.
WAGTAIL_EDITING_SESSION_PING_INTERVAL = 600_000
# Machines know names of time zones that browsers do not.
WAGTAIL_USER_TIME_ZONES = ["Europe/Berlin", "UTC"]
