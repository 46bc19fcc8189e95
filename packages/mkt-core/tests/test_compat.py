import subprocess
import sys

import pytest
from wagtail.models import Page

from mkt_core import compat


def test_page_model_is_wagtails_unless_swapped():
    assert compat.get_page_model() is Page
    assert compat.page_model_name() == "wagtailcore.Page"
    assert compat.page_link_name() == "page_ptr"
    assert compat.is_page_swapped() is False


def test_page_base_is_what_all_pages_are():
    assert issubclass(Page, compat.get_page_base())


def test_page_model_can_be_swapped(settings):
    settings.WAGTAIL_PAGE_MODEL = "site.BasePage"

    assert compat.page_model_name() == "site.BasePage"
    assert compat.is_page_swapped() is True


@pytest.mark.parametrize("module", ["conf", "compat", "logging", "middleware", "signals"])
def test_importing_reads_no_setting(module):
    # In a process of its own, where reading any setting is an error.
    code = f"import mkt_core.{module}"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert done.stderr == ""
    assert done.returncode == 0
