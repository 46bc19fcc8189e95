"""Pictures are uploaded, several at once, and get a focal point."""

import pytest

from .test_editing import said_so

pytestmark = pytest.mark.browser


def test_pictures_are_uploaded_by_the_dozen(admin, site, picture):
    before = site.value("SELECT count(*) FROM wagtailimages_image")
    admin.goto("/admin/images/multiple/add/")
    admin.set_input_files("input[type=file]", picture)
    admin.locator("#upload-list li.upload-success").wait_for()
    assert site.value("SELECT count(*) FROM wagtailimages_image") == before + 1


def test_a_focal_point_is_drawn_and_kept(admin, site):
    image = site.value("SELECT min(id) FROM wagtailimages_image")
    admin.goto(f"/admin/images/{image}/")
    area = admin.locator(".jcrop-tracker").last
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    admin.mouse.move(box["x"] + 20, box["y"] + 20)
    admin.mouse.down()
    admin.mouse.move(box["x"] + 80, box["y"] + 60, steps=5)
    admin.mouse.up()
    admin.get_by_role("button", name="Save", exact=True).first.click()
    admin.wait_for_url("**/admin/images/**")
    said_so(admin)
    assert site.value("SELECT focal_point_width FROM wagtailimages_image WHERE id = ?", image) > 0


def test_a_document_is_uploaded(admin, site, tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("Bring boots.\n")
    admin.goto("/admin/documents/multiple/add/")
    admin.set_input_files("input[type=file]", path)
    admin.locator("#upload-list li.upload-success").wait_for()
    assert site.value("SELECT count(*) FROM wagtaildocs_document WHERE title = ?", "notes") == 1
