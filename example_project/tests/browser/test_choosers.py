"""The windows in which editors choose things."""

import pytest

from .test_editing import choose_page, closed, lab, page_id, pick, publish

pytestmark = pytest.mark.browser


@pytest.fixture
def editor(admin, site):
    """The page of all widgets, being edited."""
    admin.goto(f"/admin/pages/{page_id(site, 'lab')}/edit/")
    return admin


def test_a_page_is_searched_and_chosen(editor, site):
    editor.click("#id_target-chooser button:visible")
    choose_page(editor, "Movable")
    publish(editor)
    assert lab(site, "target_id") == page_id(site, "movable")


def test_an_image_is_chosen(editor, site):
    editor.click("#id_picture-chooser button:visible")
    editor.locator(".modal-body [data-chooser-modal-choice]").first.click()
    closed(editor)
    publish(editor)
    assert lab(site, "picture_id") is not None


def test_an_image_is_uploaded_in_the_chooser(editor, site, picture):
    editor.get_by_role("button", name="Add Step").click()
    editor.locator("[id^=id_steps-][id$=-picture-chooser] button:visible").last.click()
    editor.get_by_role("tab", name="Upload").click()
    editor.set_input_files(".modal-body input[type=file]", picture)
    editor.fill(".modal-body input[name$=title]", "Uploaded in the chooser")
    editor.get_by_role("button", name="Upload", exact=True).click()
    closed(editor)
    assert site.value(
        "SELECT count(*) FROM wagtailimages_image WHERE title = ?", "Uploaded in the chooser"
    )


def test_a_document_is_chosen(editor, site):
    editor.click("#id_paper-chooser button:visible")
    editor.locator(".modal-body [data-chooser-modal-choice]", has_text="Timetable").click()
    closed(editor)
    publish(editor)
    assert lab(site, "paper_id") == site.value("SELECT id FROM wagtaildocs_document")


def test_a_snippet_is_made_in_the_chooser_with_its_date(editor, site):
    """The form is fetched while the page is open; its calendar starts all the same."""
    editor.click("#id_badge-chooser button:visible")
    editor.get_by_role("button", name="Choose another badge").click()
    editor.get_by_role("tab", name="Create").click()
    editor.fill(".modal-body [name$=name]", "Gold")
    pick(editor, ".modal-body [name$=since]", 5)
    editor.locator(".modal-body").get_by_role("button", name="Create").click()
    editor.locator("#id_badge-chooser", has_text="Gold").wait_for()
    assert str(site.value("SELECT since FROM lab_badge WHERE name = ?", "Gold"))[-2:] == "05"


def test_a_link_is_put_into_rich_text(editor, site):
    text = editor.locator("#panel-child-content-text-content [contenteditable=true]").last
    text.click()
    editor.keyboard.type("there")
    editor.keyboard.press("Shift+Home")
    editor.get_by_role("button", name="Link").first.click()
    choose_page(editor, "Spare")
    publish(editor)
    assert f'id="{page_id(site, "spare")}"' in lab(site, "text")
