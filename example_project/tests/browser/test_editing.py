"""Pages are written, kept and published under the policy of the admin."""

import time

import pytest

pytestmark = pytest.mark.browser

# Whether a page is to be saved although something speaks against it.
QUESTION = "#w-save-confirmation-dialog"


def page_id(site, slug):
    return site.value("SELECT id FROM wagtailcore_page WHERE slug = ?", slug)


def lab(site, column, slug="lab"):
    """What the page of all widgets holds, as published."""
    return site.value(
        f"SELECT {column} FROM lab_labpage"
        " JOIN wagtailcore_page ON id = page_ptr_id WHERE slug = ?",
        slug,
    )


def said_so(page):
    """Wait for the message of success."""
    page.wait_for_selector(".messages .success", state="attached")


def closed(page):
    """Wait until the window of a chooser is gone."""
    page.locator(".modal-body").wait_for(state="detached")


def publish(page, name="Publish"):
    press(page, name)
    # Wagtail asks first where somebody else has saved the page, or where it could not ask whether anybody has: on a
    # busy machine it may look so. An editor who knows better continues.
    page.locator(f".messages .success, {QUESTION}:visible").first.wait_for(state="attached")
    if page.locator(QUESTION).is_visible():
        page.locator(QUESTION).get_by_role("button", name=name, exact=True).click()
    said_so(page)


def press(page, name):
    footer = page.locator("footer")
    footer.get_by_role("button", name="More actions").click()
    footer.get_by_role("button", name=name, exact=True).click()


@pytest.fixture
def editor(admin, site):
    """The page of all widgets, being edited."""
    admin.goto(f"/admin/pages/{page_id(site, 'lab')}/edit/")
    return admin


def choose_page(page, title):
    """Search for it in the window that has opened, and take it."""
    page.fill(".modal-body input[name=q]", title)
    page.locator(".modal-body a.choose-page", has_text=title).click()
    closed(page)


def pick(page, field, day):
    """Click a day in the calendar that opens below the field."""
    calendar = page.locator(".xdsoft_datetimepicker:visible")
    # The one of another field closes a moment later.
    calendar.wait_for(state="hidden")
    page.click(field)
    calendar.locator(".xdsoft_date:not(.xdsoft_other_month)").get_by_text(
        str(day), exact=True
    ).click()


def test_dates_and_times_are_picked_and_saved(editor, site):
    pick(editor, "#id_day", 17)
    pick(editor, "#id_moment", 18)
    editor.fill("#id_hour", "07:45")
    editor.keyboard.press("Escape")
    publish(editor)
    assert str(lab(site, "day")).endswith("-17")
    assert str(lab(site, "hour")).startswith("07:45")
    assert "-18 " in str(lab(site, "moment"))


def test_rich_text_is_typed_with_its_styles(editor, site):
    text = editor.locator("#panel-child-content-text-content [contenteditable=true]").last
    text.click()
    editor.keyboard.type("A quiet sentence.")
    # Draftail's own styles, which it writes at run time: the placeholder of an empty line.
    editor.keyboard.press("Enter")
    styles = "[...document.querySelectorAll('style')].filter(style => style.sheet.cssRules.length)"
    assert editor.evaluate(f"{styles}.length") >= 2
    # Draftail hands its text on a moment later.
    while "sentence." not in editor.input_value("[name=text]"):
        editor.wait_for_timeout(50)
    publish(editor)
    assert "A quiet sentence." in lab(site, "text")


def test_blocks_are_added_to_the_body(editor, site):
    for name, value in (("Heading", "A tide table"), ("Day", "2026-02-03"), ("Hour", "12:30")):
        editor.locator(".c-sf-add-button").last.click()
        editor.get_by_role("option", name=name, exact=True).click()
        editor.locator("[name^=body-][name$=-value]").last.fill(value)
        editor.keyboard.press("Escape")
    publish(editor)
    body = lab(site, "body")
    assert all(value in str(body) for value in ("A tide table", "2026-02-03", "12:30"))


def test_a_row_of_an_inline_panel_starts_its_widgets(editor, site):
    editor.get_by_role("button", name="Add Step").click()
    editor.fill("#id_steps-0-name", "Soak")
    pick(editor, "#id_steps-0-day", 9)
    editor.click("#id_steps-0-target-chooser button:visible")
    choose_page(editor, "Spare")
    publish(editor)
    rows = site.rows("SELECT name, day, target_id FROM lab_step")
    assert [(name, str(day)[-2:], target) for name, day, target in rows] == [
        ("Soak", "09", page_id(site, "spare"))
    ]


def test_several_pictures_are_chosen_at_once(editor, site):
    editor.get_by_role("button", name="Add picture").click()
    boxes = editor.locator(".modal-body input[type=checkbox]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    editor.click(".modal-body [data-multiple-choice-submit]")
    editor.wait_for_selector("#id_pictures-1-picture", state="attached")
    publish(editor)
    assert site.value("SELECT count(*) FROM lab_picture") == 2


def test_work_is_kept_without_saving(admin, site):
    sketch = page_id(site, "sketch")
    admin.goto(f"/admin/pages/{sketch}/edit/")
    # From here on Wagtail watches the form.
    admin.wait_for_selector("#page-edit-form[data-w-unsaved-has-edits-value=false]")
    title = admin.locator("#id_title")
    title.press_sequentially(", kept by itself")
    deadline = time.monotonic() + 60
    draft = ""
    while "kept by itself" not in draft and time.monotonic() < deadline:
        # Wagtail looks at the form when something is typed. On a busy machine it may look too soon.
        title.press_sequentially(".")
        admin.wait_for_timeout(2000)
        draft = str(
            site.value(
                "SELECT content FROM wagtailcore_revision WHERE object_id = ? ORDER BY id DESC",
                str(sketch),
            )
        )
    assert "kept by itself" in draft


def test_a_remark_is_left_on_a_field(editor, site):
    editor.get_by_role("button", name="Toggle comments").click()
    field = editor.locator("[data-contentpath=title]").first
    field.hover()
    field.locator("[data-component=add-comment-button]").click()
    editor.fill("#comments textarea", "Shorter?")
    editor.get_by_role("button", name="Comment", exact=True).click()
    publish(editor)
    assert site.value("SELECT text FROM wagtailcore_comment") == "Shorter?"


def test_an_editor_is_asked_before_a_newer_version_is_overwritten(editor, site):
    lab_page = f"/admin/pages/{page_id(site, 'lab')}/edit/"
    other = editor.context.new_page()
    other.goto(lab_page)
    other.fill("#id_title", "Lab, of the other tab")
    publish(other)
    # Wagtail looks for others each time that the tab is shown again.
    with editor.expect_response("**/ping/**"):
        editor.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    editor.fill("#id_title", "Lab")
    press(editor, "Publish")
    editor.locator(QUESTION).get_by_role("button", name="Publish", exact=True).click()
    said_so(editor)
    assert site.value("SELECT title FROM wagtailcore_page WHERE slug = ?", "lab") == "Lab"


def test_the_preview_shows_the_page_in_a_panel_and_in_a_tab(editor):
    editor.get_by_role("button", name="Toggle preview").click()
    frame = editor.frame_locator("[data-w-preview-target=iframe] >> nth=0")
    frame.locator("h1", has_text="Lab").wait_for()
    with editor.expect_popup() as popup:
        editor.locator("[data-w-preview-target=newTab]").first.click()
    popup.value.wait_for_selector("h1:has-text('Lab')")


def test_publication_is_scheduled_in_a_dialog(admin, site):
    movable = page_id(site, "movable")
    admin.goto(f"/admin/pages/{movable}/edit/")
    admin.get_by_role("button", name="Toggle status").click()
    admin.get_by_role("button", name="Set schedule").click()
    admin.click("#id_go_live_at")
    admin.locator(".xdsoft_datetimepicker:visible").wait_for()
    admin.fill("#id_go_live_at", "2039-01-02 03:04")
    # A click beside the calendar closes it.
    admin.locator("h2.w-dialog__title:visible").click()
    admin.get_by_role("button", name="Save schedule").click()
    said_so(admin)
    admin.goto(f"/admin/pages/{movable}/edit/")
    publish(admin, "Schedule to publish")
    times = site.value(
        "SELECT approved_go_live_at FROM wagtailcore_revision WHERE object_id = ? ORDER BY id DESC",
        str(movable),
    )
    assert "2039-01-02" in str(times)
