"""A day of an editor: from an author's profile to a post that has been published, renamed and taken down."""

import pytest

from .test_editing import closed, page_id, publish, said_so

pytestmark = pytest.mark.browser

TITLE = "Salt in the bread"
SLUG = "salt-in-the-bread"
NEW_SLUG = "salt"


def make_author(page):
    page.goto("/admin/snippets/mkt_blog/author/add/")
    page.fill("#id_name", "Ida Miller")
    page.fill("#id_role", "Baker")
    page.get_by_role("button", name="Save").first.click()
    said_so(page)


def make_category(page, name, parent=None):
    page.goto("/admin/snippets/mkt_blog/category/add/")
    page.fill("#id_name", name)
    if parent:
        page.click("#id_parent-chooser button:visible")
        page.locator(".modal-body [data-chooser-modal-choice]", has_text=parent).click()
        closed(page)
    page.get_by_role("button", name="Save").first.click()
    said_so(page)


def pick_category(page, typed, label):
    """Type into the box, go down the list and take what is there, all with the keyboard."""
    box = page.get_by_role("combobox").and_(page.locator("#id_categories-search"))
    box.press_sequentially(typed)
    page.get_by_role("option", name=label, exact=True).wait_for()
    box.press("ArrowDown")
    box.press("Enter")
    page.locator("#id_categories li", has_text=label).first.wait_for()


def choose_author(page, name):
    page.get_by_role("button", name="Add author").click()
    page.click("#id_author_links-0-author-chooser button:visible")
    page.locator(".modal-body [data-chooser-modal-choice]", has_text=name).click()
    closed(page)


def add_block(page, name):
    body = page.locator("[id^=panel-child-content-body]")
    body.locator(".c-sf-add-button").last.click()
    page.get_by_role("option", name=name, exact=True).click()


def add_picture(page):
    add_block(page, "Image")
    page.locator(
        "[id^=body-][id$=-image-image-chooser] button:visible, [id^=body-][id$=-chooser] button:visible"
    ).last.click()
    page.locator(".modal-body [data-chooser-modal-choice]").first.click()
    closed(page)
    page.locator("[name^=body-][name$=-alt_text]").last.fill("A loaf that rises")


def add_code(page):
    add_block(page, "Code")
    page.locator("[name^=body-][name$=-language]").last.fill("python")
    page.locator("[name^=body-][name$=-code]").last.fill("salt = flour * 0.02")


def write_post(page, blog):
    page.goto(f"/admin/pages/add/mkt_blog_pages/postpage/{blog}/")
    page.fill("#id_title", TITLE)
    page.fill("#id_excerpt", "Two hundredths of the flour.")
    add_picture(page)
    add_code(page)
    choose_author(page, "Ida Miller")
    pick_category(page, "sourd", "Cereals › Sourdough")


def save_draft(page):
    """Before Wagtail does it by itself, which would change the address of the preview."""
    page.locator("footer").get_by_role("button", name="Save draft").click()
    said_so(page)


def preview(page):
    """In the side panel: the post itself, and its card among others."""
    page.get_by_role("button", name="Toggle preview").click()
    frame = page.frame_locator("[data-w-preview-target=iframe] >> nth=0")
    frame.locator("h1", has_text=TITLE).wait_for()
    frame.locator("pre", has_text="0.02").wait_for()
    page.locator("[data-w-preview-target=mode]").select_option("listing")
    frame.locator("article h2", has_text=TITLE).wait_for()
    frame.locator("article", has_text="Ida Miller").first.wait_for()


def test_an_editors_story(admin, visitor, strangers, site):
    blog = site.value(
        "SELECT page_ptr_id FROM mkt_blog_pages_blogindexpage ORDER BY page_ptr_id LIMIT 1"
    )
    make_author(admin)
    make_category(admin, "Cereals")
    make_category(admin, "Sourdough", parent="Cereals")

    write_post(admin, blog)
    save_draft(admin)
    preview(admin)
    publish(admin, "Submit to Moderators approval")
    post = page_id(site, SLUG)
    strangers[1].missing.add(f"{site.address}/blog/{SLUG}/")
    assert visitor.goto(f"/blog/{SLUG}/").status == 404

    admin.goto(f"/admin/pages/{post}/edit/")
    publish(admin, "Approve and Publish")
    assert visitor.goto(f"/blog/{SLUG}/").status == 200
    visitor.locator("h1", has_text=TITLE).wait_for()
    assert visitor.locator("img[alt='A loaf that rises']").count() == 1
    assert visitor.locator("pre", has_text="0.02").count() == 1
    visitor.goto("/blog/category/cereals/sourdough/")
    visitor.locator("article", has_text=TITLE).wait_for()

    admin.goto(f"/admin/pages/{post}/edit/")
    admin.get_by_role("tab", name="Promote").click()
    admin.fill("#id_slug", NEW_SLUG)
    publish(admin)
    visitor.goto(f"/blog/{SLUG}/")
    assert visitor.url == f"{site.address}/blog/{NEW_SLUG}/"

    admin.goto(f"/admin/pages/{post}/unpublish/")
    admin.get_by_role("button", name="Yes, unpublish it").click()
    said_so(admin)
    strangers[1].missing.add(f"{site.address}/blog/{NEW_SLUG}/")
    assert visitor.goto(f"/blog/{NEW_SLUG}/").status == 404


def test_the_calendar_is_read_on_a_phone_and_with_the_keyboard(admin):
    admin.set_viewport_size({"width": 390, "height": 800})
    admin.goto("/admin/reports/editorial-calendar/")
    admin.locator(".mkt-calendar").wait_for()
    assert admin.evaluate("document.documentElement.scrollWidth") <= 390
    later = admin.locator(".mkt-calendar nav a[rel=next]")
    later.focus()
    later.press("Enter")
    admin.wait_for_url("**?month=*")
