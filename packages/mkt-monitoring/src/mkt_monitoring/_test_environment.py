"""Whether a site's own tests are running."""

from __future__ import annotations

import sys


def is_of_tests() -> bool:
    """Whether Django's test environment is set up, as every test runner for Django does.

    Threads would see neither the transaction of a test nor, at the end, the database of the tests.
    """
    # Whoever does not test has not imported it.
    utils = sys.modules.get("django.test.utils")
    return utils is not None and hasattr(utils._TestState, "saved_data")
