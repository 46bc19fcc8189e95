"""Translations: what is compiled is what is written, complete and with every placeholder."""

import ast
import gettext
import re

import pytest
from _environment import ROOT

CATALOGUES = sorted(ROOT.glob("packages/*/src/**/LC_MESSAGES/*.po"))
LINE = re.compile(r'^(?:(?P<keyword>msg\w+)(?:\[(?P<form>\d)\])? )?(?P<text>".*")$')
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]")

in_each_catalogue = pytest.mark.parametrize(
    "path", CATALOGUES, ids=lambda path: path.relative_to(ROOT / "packages").as_posix()
)


def read_po(path):
    """The entries of a catalogue, each as a dictionary: ``{"msgid": …, "msgstr0": …}``."""
    entries = []
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        entry, key = {}, ""
        for match in filter(None, map(LINE.match, block.splitlines())):
            if match["keyword"]:
                key = match["keyword"] + (match["form"] or "0" * (match["keyword"] == "msgstr"))
            entry[key] = entry.get(key, "") + ast.literal_eval(match["text"])
        entries += [entry] if entry else []
    return entries


def as_compiled(entries):
    """The same entries with the keys that ``gettext`` gives them."""
    messages = {}
    for entry in entries:
        context = f"{entry['msgctxt']}\x04" if "msgctxt" in entry else ""
        key = context + entry["msgid"]
        if "msgid_plural" in entry:
            messages |= {(key, 0): entry["msgstr0"], (key, 1): entry["msgstr1"]}
        else:
            messages[key] = entry["msgstr0"]
    return messages


def test_there_are_some():
    assert {path.parts[-3] for path in CATALOGUES} == {"de"}


@in_each_catalogue
def test_the_compiled_file_says_the_same(path):
    with path.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog

    assert compiled == as_compiled(read_po(path))


@in_each_catalogue
def test_nothing_is_left_untranslated_or_unsure(path):
    assert "#, fuzzy" not in path.read_text(encoding="utf-8")
    for entry in read_po(path):
        assert all(text for key, text in entry.items() if key.startswith("msgstr")), entry["msgid"]


@in_each_catalogue
def test_every_placeholder_is_kept(path):
    for entry in read_po(path)[1:]:
        for key, text in entry.items():
            if key.startswith("msgstr"):
                original = entry["msgid" if key == "msgstr0" else "msgid_plural"]
                assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(original))
