"""The example site with a front end of its own, as it runs for the tests of that and of the TypeScript client."""

import os

from example.settings.test import *  # noqa: F403

MEDIA_ROOT = os.environ["MKT_HEADLESS_MEDIA"]
ROOT_URLCONF = "tests.headless.urls"
