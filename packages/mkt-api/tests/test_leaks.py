"""What may not be seen shows nowhere: through no endpoint, relation, filter, count, search or copy."""

from datetime import timedelta

import pytest
import wagtail_factories
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Page,
    PageViewRestriction,
    Site,
)

from mkt_api.registry import registry

from .factories import ArticleFactory, TopicFactory, root
from .testapp.models import EventPage

pytestmark = pytest.mark.django_db

MARK = "LEAKED"


def article(name, parent=None, **values):
    return ArticleFactory(
        parent=parent or root(),
        title=f"{MARK} {name}",
        slug=f"leaked-{name}",
        intro=f"<p>{MARK}</p>",
        show_in_menus=True,
        **values,
    )


@pytest.fixture
def hidden():
    """One page of each kind that may not be seen, and a picture and a document in a private collection."""
    now = timezone.now()
    hour = timedelta(hours=1)
    private = article("private")
    PageViewRestriction.objects.create(page=private, restriction_type="password", password="x")
    elsewhere = Page.objects.get(depth=1).add_child(
        instance=EventPage(title=f"{MARK} site", slug="leaked-site")
    )
    Site.objects.create(hostname="leaked.example", root_page=elsewhere)
    return [
        article("draft", live=False),
        private,
        article("child", parent=private),
        article("expired", expire_at=now - hour),
        article("future", go_live_at=now + hour),
        article("foreign", parent=elsewhere),
        elsewhere,
    ]


@pytest.fixture
def files():
    collection = Collection.get_first_root_node().add_child(instance=Collection(name=MARK))
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    image = wagtail_factories.ImageFactory(title=f"{MARK} image", collection=collection)
    document = wagtail_factories.DocumentFactory(
        title=f"{MARK} document",
        collection=collection,
        file__filename="leaked.txt",
        file__data=b"text",
    )
    return image, document


@pytest.fixture
def shown(hidden, files):
    """Pages that lead to all of it."""
    image, document = files
    topic = TopicFactory(name=f"{MARK} topic", hidden=True)
    pages = []
    for number, target in enumerate(hidden):
        event = EventPage(title=f"Shown {number}", slug=f"shown-{number}")
        root().add_child(instance=event)
        event.after, event.poster, event.flyer = target, image, document
        event.body = [
            ("page", target),
            ("picture", image),
        ]
        event.save()
        Redirect.add_redirect(f"/leads-{number}/", redirect_to=target)
        if target.specific_class.__name__ == "Article":
            pointing = ArticleFactory(
                parent=root(), see_also=target.specific, topic=topic, picture=image
            )
            pointing.topics = [topic]
            pointing.save()
        pages.append(event)
    return pages


def text_of(response):
    assert response.status_code < 500
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode()


def addresses():
    for name in registry.resources:
        plan = registry.plan(name)
        includable = [field for field in plan.fields.values() if can_be_included(field)]
        include = ",".join(field.name for field in includable[:8])
        yield f"{name}/?fields=*&limit=100&count=exact" + (f"&include={include}" if include else "")
        yield f"{name}/?limit=100"
    for kind in ("testapp.Article", "testapp.EventPage"):
        yield f"pages/?type={kind}&fields=*&limit=100"
        yield f"export/?type={kind}"
    yield from ("export/", "sync/?limit=100", "menus/", "settings/", "")
    yield from (f"search/?q={MARK}&fields=*", f"search/?q={MARK}&count=exact&order=title")


def can_be_included(field):
    from mkt_api.query.selection import Inclusion

    try:
        field.included(Inclusion())
    except ValueError:
        return False
    return True


def test_nothing_shows_in_any_list(client, shown):
    for address in addresses():
        text = text_of(client.get(f"/api/v1/{address}"))

        assert MARK not in text, (address, text[max(0, text.find(MARK) - 300) :][:500])
        assert "leaked-" not in text, address


def test_nothing_is_found_by_its_key(client, hidden, files):
    for page in hidden:
        for name in ("pages", "articles"):
            assert client.get(f"/api/v1/{name}/{page.pk}/").status_code == 404
    for name, file in zip(("images", "documents"), files, strict=True):
        assert client.get(f"/api/v1/{name}/{file.pk}/").status_code == 404


def test_nothing_is_found_by_its_address(client, hidden, shown):
    paths = [page.url_path.removeprefix("/home") for page in hidden]
    paths += [f"/leads-{number}/" for number in range(len(hidden))]
    for path in paths:
        response = client.get("/api/v1/by-path/", {"path": path})

        assert MARK not in text_of(response)
        assert response.status_code == 404, path


def test_nothing_is_counted(client, hidden, files):
    conditions = [
        ("articles", {"title__icontains": MARK}),
        ("articles", {"or": f"title__icontains:{MARK}|title:x"}),
        ("pages", {"title__icontains": MARK}),
        ("images", {"title__icontains": MARK}),
        ("documents", {"title__icontains": MARK}),
        ("pages", {"child_of": str(hidden[1].pk)}),
        ("pages", {"descendant_of": str(hidden[-1].pk)}),
        ("search", {"q": MARK}),
    ]
    for name, parameters in conditions:
        for how in ("exact", "estimate"):
            body = client.get(f"/api/v1/{name}/", {**parameters, "count": how}).json()

            assert (body["items"], body["count"]) == ([], 0), (name, parameters)


def test_what_is_hidden_does_not_change_an_answer(client):
    """So that nobody learns from an ETag that a draft has been written."""
    names = [f"/api/v1/{name}" for name in ("pages/", "articles/?fields=*", "menus/", "redirects/")]
    before = [client.get(name)["ETag"] for name in names]

    draft = article("later", live=False)
    Redirect.add_redirect("/later/", redirect_to=draft)

    assert [client.get(name)["ETag"] for name in names] == before


def test_the_other_site_shows_its_own(client, hidden, settings):
    settings.ALLOWED_HOSTS = ["*"]

    body = client.get("/api/v1/pages/", headers={"Host": "leaked.example"}).json()

    assert {item["title"] for item in body["items"]} == {f"{MARK} foreign", f"{MARK} site"}
