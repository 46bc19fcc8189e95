from io import StringIO

import pytest
from django.core.management import call_command

from mkt_blog.pages.models import PostPage

from .exports import export


@pytest.fixture
def write_export(tmp_path):
    """Write parts of an export, or a whole text, to a file."""

    def write(*parts, name="export.xml", whole=None, **options):
        path = tmp_path / name
        content = export(*parts, **options) if whole is None else whole
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def run(blog):
    """Run the command on a file; returns what it printed."""

    def run(path, **options):
        out = StringIO()
        call_command(
            "mkt_blog_import_wordpress",
            str(path),
            **{"blog": "blog", "stdout": out, "stderr": StringIO(), **options},
        )
        return out.getvalue()

    return run


@pytest.fixture
def import_post(write_export, run):
    """Import an export of the given parts; returns its only post."""

    def import_post(*parts, **options):
        run(write_export(*parts), **options)
        return PostPage.objects.get()

    return import_post
