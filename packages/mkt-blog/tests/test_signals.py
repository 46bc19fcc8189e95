import pytest

from mkt_blog import signals
from tests.testapp.models import SimplePage

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    events = []

    def listen(name):
        def receiver(sender, post, **kwargs):
            events.append((name, sender.__name__, post.title))

        return receiver

    names = ("post_published", "post_updated", "post_unpublished")
    receivers = {name: listen(name) for name in names}
    for name, receiver in receivers.items():
        getattr(signals, name).connect(receiver)
    yield events
    for name, receiver in receivers.items():
        getattr(signals, name).disconnect(receiver)


def test_life_of_a_post(heard, make_post, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        post = make_post("Bread", live=False)
        post.save_revision().publish()
    with django_capture_on_commit_callbacks(execute=True):
        post.refresh_from_db()
        post.save_revision().publish()
    with django_capture_on_commit_callbacks(execute=True):
        post.refresh_from_db()
        post.unpublish()

    assert heard == [
        ("post_published", "PostPage", "Bread"),
        ("post_updated", "PostPage", "Bread"),
        ("post_unpublished", "PostPage", "Bread"),
    ]


def test_nothing_is_said_before_the_commit(heard, make_post, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks():
        make_post(live=False).save_revision().publish()

    assert heard == []


def test_other_pages_are_not_posts(heard, home, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page = home.add_child(instance=SimplePage(title="Page", live=False))
        page.save_revision().publish()

    assert heard == []


def test_receiver_at_fault_does_not_break_the_publication(
    make_post, django_capture_on_commit_callbacks
):
    def fail(**kwargs):
        raise RuntimeError("receiver at fault")

    signals.post_published.connect(fail)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            post = make_post(live=False)
            post.save_revision().publish()
    finally:
        signals.post_published.disconnect(fail)

    post.refresh_from_db()
    assert post.live
