"""A site with its own base page (Wagtail 8 and later), and so with its own posts and blogs."""

from .custom import *
from .custom import INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = ["swapped", *(app for app in INSTALLED_APPS if app != "mkt_blog.pages")]
WAGTAIL_PAGE_MODEL = "swapped.BasePage"
ROOT_URLCONF = "matrix.urls"
MIDDLEWARE = [name for name in MIDDLEWARE if not name.endswith("LocaleMiddleware")]
WAGTAIL_I18N_ENABLED = False
