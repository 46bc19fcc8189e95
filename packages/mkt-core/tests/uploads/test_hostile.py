"""Every hostile file, through the real page of the Wagtail admin."""

import pytest

from mkt_core.uploads.names import safe_name

from . import hostile, hostile_documents
from .pictures import same_pixels

GROUPS = [
    hostile.polyglots,
    hostile.disguised,
    hostile.telltale,
    hostile.bombs,
    hostile.damaged,
    hostile.vectors,
    hostile.names,
    hostile_documents.pages_as_documents,
    hostile_documents.portable_documents,
    hostile_documents.zips,
    hostile_documents.offices,
    hostile_documents.tapes,
]


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.__name__)
def test_is_refused_or_cleaned(editor, told, subtests, group):
    for one in group():
        with subtests.test(msg=str(one)):
            before = editor.stored()
            told.clear()

            outcome = editor.upload(one.what, one.filename, one.data)

            if one.fate == "cleaned":
                assert_cleaned(one, outcome, told)
            else:
                assert_refused(one, outcome, told)
                assert editor.stored() == before


def assert_cleaned(one, outcome, told):
    assert not isinstance(outcome, str), outcome
    assert one.category == "name" or told[0][0] == "cleaned"
    with outcome.file.open() as file:
        stored = file.read()
    assert [token for token in one.forbidden if token in stored] == []
    stem = safe_name(one.filename).rpartition(".")[0].replace(" ", "_")
    assert outcome.filename.startswith(
        "".join(char for char in stem if char.isalnum() or char in "._-")[:20]
    )
    if not one.filename.endswith(".svg") and one.category != "bomb":
        # Pictures with a payload in their very data are encoded anew, which JPEG cannot without loss.
        assert same_pixels(one.data, stored, tolerance=2 if one.filename.endswith(".jpg") else 0)


def assert_refused(one, outcome, told):
    assert isinstance(outcome, str)
    assert outcome
    assert "%(" not in outcome
    if told:
        [(kind, said)] = told
        assert (kind, said["code"]) == ("refused", one.fate)
