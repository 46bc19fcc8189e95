"""``manage.py mkt_blog_import_wordpress export.xml --blog news``."""

from typing import Any

from mkt_blog.importers.blogs import find_blog
from mkt_blog.importers.command import ImportCommand
from mkt_blog.importers.importer import Options, PostImporter
from mkt_blog.importers.wordpress.importer import Importer
from mkt_blog.importers.wordpress.progress import ProgressBar


class Command(ImportCommand):
    help = (
        "Import the posts of a WordPress export (WXR) into a blog. Posts that were imported before"
        " are recognised: what has not changed is left alone."
    )
    file_help = "The export, an XML file."

    @staticmethod
    def importer(options: dict[str, Any], how: Options, progress: ProgressBar) -> PostImporter:
        blog = find_blog(options["blog"], options["site"])
        return Importer(blog, options["file"], how, progress)
