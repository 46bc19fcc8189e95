"""A site with its own base page (Wagtail 8 and later), and so with its own posts and blogs."""

from .custom import *
from .custom import INSTALLED_APPS

INSTALLED_APPS = ["swapped", *(app for app in INSTALLED_APPS if app != "mkt_blog.pages")]
WAGTAIL_PAGE_MODEL = "swapped.BasePage"
