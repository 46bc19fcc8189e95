"""Tables, written or pasted as text."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

HEADERS = {
    "row": _("First row"),
    "column": _("First column"),
    "both": _("First row and first column"),
    "none": _("None"),
}
_CELL_END = re.compile(r"(?<!\\)\|")
# The line below the head in Markdown: |---|:--:|
_RULE = re.compile(r"[|\s:-]*-[|\s:-]*\Z")


class TableValue(blocks.StructValue):
    """The rows of a table, each with the same number of cells."""

    @property
    def rows(self) -> list[list[str]]:
        rows = parse_rows(str(self.get("cells") or ""))
        width = max(map(len, rows), default=0)
        return [row + [""] * (width - len(row)) for row in rows]

    @property
    def head(self) -> list[str]:
        """The cells of the first row if it holds headers, or nothing."""
        rows = self.rows
        return rows[0] if rows and self.get("headers") in {"row", "both"} else []

    @property
    def body(self) -> list[list[str]]:
        return self.rows[1:] if self.head else self.rows

    @property
    def has_row_headers(self) -> bool:
        return self.get("headers") in {"column", "both"}


class TableBlock(blocks.StructBlock):
    """A table of plain text.

    Wagtail has two editors of tables in apps of their own, ``contrib.table_block`` and ``contrib.typed_table_block``. A
    site that has either puts it in this one's place through ``MKT_BLOG["BODY_BLOCKS"]``; the blog itself needs neither.
    """

    caption = blocks.CharBlock(
        label=_("caption"),
        help_text=_("What the table shows. Screen readers read it out before the table."),
    )
    headers = blocks.ChoiceBlock(
        label=_("headers"), choices=list(HEADERS.items()), default="row", search_index=False
    )
    cells = blocks.TextBlock(
        label=_("cells"),
        rows=6,
        help_text=_(
            "A line for each row. Between cells stands | or a tab, as in what you copy from a spreadsheet."
        ),
    )

    def get_searchable_content(self, value: Any) -> list[str]:
        words = [cell for row in value.rows for cell in row if cell]
        return [str(value.get("caption") or ""), " ".join(words)]

    class Meta:
        icon = "table"
        label = _("Table")
        template = "mkt_blog/blocks/table.html"
        value_class = TableValue


def parse_rows(text: str) -> list[list[str]]:
    r"""Rows of cells. A line with a tab is cut at tabs, any other at ``|``; ``\|`` is no end of a cell."""
    lines = [line for line in text.splitlines() if line.strip()]
    return [_cells(line) for line in lines if not _is_rule(line)]


def _is_rule(line: str) -> bool:
    return "|" in line and "--" in line and _RULE.match(line) is not None


def _cells(line: str) -> list[str]:
    if "\t" in line:
        return [cell.strip() for cell in line.split("\t")]
    line = line.strip()
    framed = len(line) > 1 and line.startswith("|") and re.search(r"(?<!\\)\|$", line)
    inner = line[1:-1] if framed else line
    return [cell.strip().replace("\\|", "|") for cell in _CELL_END.split(inner)]
