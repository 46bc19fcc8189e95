"""``manage.py mkt_blog_import_ghost export.json --blog news``."""

import argparse
from pathlib import Path
from typing import Any

from mkt_blog.importers.blogs import find_blog
from mkt_blog.importers.command import ImportCommand
from mkt_blog.importers.ghost.importer import Importer
from mkt_blog.importers.ghost.posts import DEFAULT_PERMALINK
from mkt_blog.importers.importer import Options, PostImporter
from mkt_blog.importers.wordpress.progress import ProgressBar


class Command(ImportCommand):
    help = (
        "Import the posts of a Ghost export (JSON) into a blog. Posts that were imported before"
        " are recognised: what has not changed is left alone."
    )
    file_help = "The export, a JSON file."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--url",
            default="",
            metavar="ADDRESS",
            help="Address of the old site; pictures and links of its own are completed with it.",
        )
        parser.add_argument(
            "--images",
            type=Path,
            metavar="FOLDER",
            help="The folder content/images of the old site, for the feature images.",
        )
        parser.add_argument(
            "--permalink",
            default=DEFAULT_PERMALINK,
            metavar="PATTERN",
            help=(
                "How the old site made addresses of posts, for --redirects: /{slug}/ if you have not"
                " changed its routes; with {year}, {month}, {day}, {id}, {primary_tag} or"
                " {primary_author}."
            ),
        )

    @staticmethod
    def importer(options: dict[str, Any], how: Options, progress: ProgressBar) -> PostImporter:
        return Importer(
            find_blog(options["blog"], options["site"]),
            options["file"],
            how,
            progress,
            base_url=options["url"],
            images=options["images"],
            permalink=options["permalink"],
        )
