"""The OpenAPI document, believed and disbelieved: schemathesis asks what it allows, and what it does not.

Whatever is asked, the answer is one that the document describes: status, headers, content type and body.
"""

from collections import Counter

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model

from mkt_api.preview.links import create_link, token_of

from .factories import ArticleFactory, CoinFactory, EntryFactory, rich_article
from .testapp.models import EventPage

pytestmark = pytest.mark.django_db

CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# The document is long: what is made from it takes longer than the answers.
SUPPRESSED = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


@pytest.fixture
def _one_connection():
    """A request through WSGI ends with the connection, in whose transaction the test has its content."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def keys(_one_connection, settings):
    """Keys of objects that may be seen, by resource."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.MKT_API = {
        # Nobody is refused for having asked too often.
        "ANONYMOUS_LIMIT": 0,
        "SETTINGS": {"testapp.Topic": ("name",)},
    }
    article = rich_article(slug="rich", rank=1, show_in_menus=True)
    article.title = "Not yet"
    article.save_revision()
    ArticleFactory(parent=article, show_in_menus=True)
    event = article.add_child(instance=EventPage(title="Event", place="Here"))
    redirect = Redirect.add_redirect("/old/", redirect_to=article)
    entries = EntryFactory.create_batch(3, topic=article.topic)
    entries[0].tags.add("x")
    return {
        "articles": article.pk,
        "coins": CoinFactory(code="EUR", name="Euro").pk,
        "draft": token_of(create_link(article)),
        "documents": get_document_model().objects.create(title="Flyer").pk,
        "entries": entries[0].pk,
        "images": article.picture_id,
        "locales": article.locale_id,
        "pages": event.pk,
        "page_preview": article.pk,
        "redirects": redirect.pk,
        "sites": article.get_site().pk,
        "topics": article.topic_id,
    }


def known_key(operation, keys):
    """The part of the path that leads to something; None where a path has no such part."""
    return {"id": keys[operation.path.split("/")[3]]} if "{id}" in operation.path else None


def known_query(operation, keys):
    """A draft is shown to nobody who has no link to it."""
    return {"token": keys["draft"]} if "preview" in operation.path else None


def campaign(keys, mode, examples):
    """Ask each address ``examples`` times; how often it answered with which status."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    statuses = Counter()
    for result in schema.get_all_operations():
        operation = result.ok()
        positive = mode is GenerationMode.POSITIVE
        if not (positive or operation.query or operation.path_parameters):
            # There is nothing to do wrong.
            continue
        known = {
            "path_parameters": known_key(operation, keys) if positive else None,
            "query": known_query(operation, keys) if positive else None,
        }

        @settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=SUPPRESSED,
        )
        @given(case=operation.as_strategy(mode, **known))
        def ask(case):
            response = case.call()
            statuses[response.status_code] += 1
            case.validate_response(response, checks=CHECKS)

        ask()
    return statuses


def test_what_the_document_allows_is_answered_as_it_says(keys):
    statuses = campaign(keys, GenerationMode.POSITIVE, 5)

    assert statuses[200] > 50


def test_what_the_document_does_not_allow_is_refused_as_it_says(keys):
    statuses = campaign(keys, GenerationMode.NEGATIVE, 5)

    assert statuses[400] + statuses[404] > 50


@pytest.mark.slow
def test_ten_thousand_hostile_questions(keys):
    statuses = campaign(keys, GenerationMode.NEGATIVE, 350)
    statuses += campaign(keys, GenerationMode.POSITIVE, 100)

    assert statuses.total() >= 10_000
