"""The table of OWASP ASVS items names tests that exist, and leaves no item out."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "reference" / "asvs.md"

# Levels 1 and 2 of the chapters V3, V5 and V16 of version 5.0.0.
ITEMS = {
    *("3.2.1", "3.2.2", "3.3.1", "3.3.2", "3.3.3", "3.3.4"),
    *(f"3.4.{number}" for number in range(1, 7)),
    *(f"3.5.{number}" for number in range(1, 6)),
    *("3.7.1", "3.7.2"),
    *("5.1.1", "5.2.1", "5.2.2", "5.2.3", "5.3.1", "5.3.2", "5.4.1", "5.4.2", "5.4.3"),
    "16.1.1",
    *(f"16.2.{number}" for number in range(1, 6)),
    *(f"16.3.{number}" for number in range(1, 5)),
    *(f"16.4.{number}" for number in range(1, 4)),
    *(f"16.5.{number}" for number in range(1, 4)),
}
#: What a row may say: "the site" is for what no package can do.
STATES = {"met", "partly", "not met", "the site"}
TEST_ID = re.compile(r"`((?:packages|example_project|scripts)/[^`]+?\.py(?:::\w+)+)`")


def rows():
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.fullmatch(r"\d+\.\d+\.\d+", cells[0]):
            item, level, requirement, state, evidence = cells
            yield item, level, requirement, state, evidence


def exists(test_id):
    path, *names = test_id.split("::")
    file = ROOT / path
    scope = ast.parse(file.read_text(encoding="utf-8")).body if file.exists() else []
    for name in names:
        found = [node for node in scope if getattr(node, "name", None) == name]
        if not found:
            return False
        scope = getattr(found[0], "body", [])
    return True


def test_every_item_has_one_row():
    items = [item for item, *_ in rows()]

    assert len(items) == len(set(items))
    assert ITEMS - set(items) == set()


@pytest.mark.parametrize(
    ("item", "state", "evidence"),
    [(item, state, evidence) for item, _, _, state, evidence in rows()],
)
def test_a_row_names_tests_that_exist_or_says_why_there_is_none(item, state, evidence):
    tests = TEST_ID.findall(evidence)

    assert state in STATES
    assert [test_id for test_id in tests if not exists(test_id)] == []
    assert tests or (state in {"not met", "the site"} and len(evidence) > 20)


def test_a_test_that_does_not_exist_is_noticed():
    here = Path(__file__).relative_to(ROOT).as_posix()

    assert exists(f"{here}::test_every_item_has_one_row")
    assert not exists(f"{here}::test_nowhere")
    assert not exists("scripts/tests/test_nowhere.py::test_every_item_has_one_row")
