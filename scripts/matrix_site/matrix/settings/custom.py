"""A site with its own image, document and user models, in two languages, and with the blog's blocks changed."""

from .plain import *
from .plain import INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = ["accounts", "custom", *INSTALLED_APPS]
AUTH_USER_MODEL = "accounts.User"
WAGTAILIMAGES_IMAGE_MODEL = "custom.SiteImage"
WAGTAILDOCS_DOCUMENT_MODEL = "custom.SiteDocument"
# One block more, one block less: neither may ask for a migration.
MKT_BLOG = {"BODY_BLOCKS": {"callout": "custom.blocks.CalloutBlock", "gallery": None}}

ROOT_URLCONF = "matrix.urls_i18n"
MIDDLEWARE = [*MIDDLEWARE, "django.middleware.locale.LocaleMiddleware"]
USE_I18N = WAGTAIL_I18N_ENABLED = True
LANGUAGE_CODE = "en"
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES = [("en", "English"), ("de", "Deutsch")]
MEDIA_URL = "/media/"
