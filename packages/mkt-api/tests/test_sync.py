from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import PageViewRestriction

from mkt_api.models import PageChange
from mkt_api.sync.recording import forget_old

from .factories import ArticleFactory, root

pytestmark = pytest.mark.django_db


class Copy:
    """A client that keeps titles by key."""

    def __init__(self, client):
        self.client = client
        self.next = "/api/v1/sync/?fields=id,title&limit=3"
        self.titles = {}

    def update(self):
        for _ in range(100):
            body = self.client.get(self.next).json()
            self.titles |= {item["id"]: item["title"] for item in body["items"]}
            for key in body["deleted"]:
                self.titles.pop(key, None)
            self.next = body["next"]
            if not body["has_more"]:
                return self
        raise AssertionError("it never ends")


def shown(client):
    items = client.get("/api/v1/pages/?fields=id,title&limit=100").json()["items"]
    return {item["id"]: item["title"] for item in items}


@pytest.fixture
def copy(client):
    return Copy(client)


def age_changes():
    """Put all that has happened out of the time that is always told again."""
    PageChange.objects.update(at=timezone.now() - timedelta(hours=1))


def test_first_gives_everything(copy, client):
    ArticleFactory.create_batch(7, parent=root())
    ArticleFactory(parent=root(), live=False)

    assert copy.update().titles == shown(client)
    assert len(copy.titles) == 8


def close(page):
    return PageViewRestriction.objects.create(page=page, restriction_type="login")


CHANGES = {
    "new": lambda page, other: ArticleFactory(parent=root()),
    "renamed": lambda page, other: rename(page),
    "unpublished": lambda page, other: page.unpublish(),
    "deleted": lambda page, other: page.delete(),
    "moved below a draft": lambda page, other: page.move(other, pos="last-child"),
    "made private": lambda page, other: close(page),
}


def rename(page):
    page.title = "Renamed"
    page.save_revision().publish()


@pytest.mark.parametrize("change", CHANGES)
def test_then_tells_what_has_changed(copy, client, change):
    section = ArticleFactory(parent=root(), title="Section")
    ArticleFactory.create_batch(4, parent=section)
    draft = ArticleFactory(parent=root(), live=False)
    close(draft)
    copy.update()
    age_changes()

    CHANGES[change](section, draft)
    copy.update()

    assert copy.titles == shown(client)


def test_tells_when_a_section_is_opened_again(copy, client):
    section = ArticleFactory(parent=root())
    child = ArticleFactory(parent=section)
    restriction = close(section)
    copy.update()
    age_changes()

    restriction.delete()
    copy.update()

    assert child.pk in copy.titles
    assert copy.titles == shown(client)


def test_tells_what_time_alone_has_hidden(copy, client, time_machine):
    now = timezone.now()
    page = ArticleFactory(parent=root(), expire_at=now + timedelta(hours=1))
    copy.update()
    assert page.pk in copy.titles

    time_machine.move_to(now + timedelta(hours=2))
    copy.update()

    assert page.pk not in copy.titles
    assert copy.titles == shown(client)


def test_tells_nothing_twice_once_it_is_old(copy, client):
    ArticleFactory.create_batch(3, parent=root())
    copy.update()
    age_changes()
    copy.update()

    body = client.get(copy.next).json()

    assert (body["items"], body["deleted"], body["has_more"]) == ([], [], False)


def test_says_that_a_token_is_too_old(copy, client, time_machine):
    copy.update()
    time_machine.move_to(timezone.now() + timedelta(days=40))

    response = client.get(copy.next)

    assert response.status_code == 410
    assert response.json()["type"].endswith("sync-token-expired")


@pytest.mark.parametrize(
    "token",
    ["", "x", "W10", "WzEsMiwzXQ", "A" * 5000, "\x00", "WzEsMSw5OTk5OTk5OTk5OTk5OTk5OTk5OSwxXQ"],
)
def test_refuses_a_made_up_token(client, token):
    assert client.get("/api/v1/sync/", {"since": token}).status_code == 400


def test_saving_a_draft_is_no_change(client):
    page = ArticleFactory(parent=root())
    before = PageChange.objects.count()

    page.title = "Draft"
    page.save_revision()

    assert PageChange.objects.count() == before


def test_old_changes_are_forgotten(settings):
    ArticleFactory(parent=root())
    PageChange.objects.update(at=timezone.now() - timedelta(days=31))

    assert forget_old() > 0
    assert not PageChange.objects.exists()
