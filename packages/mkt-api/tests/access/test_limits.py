import multiprocessing
import os

import pytest
from django.core.cache import cache

from mkt_api.access import limits
from mkt_api.access.identity import Access, TokenFacts
from tests.factories import EntryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def limited(settings):
    settings.MKT_API = {"ANONYMOUS_LIMIT": 3, "TOKEN_LIMIT": 5, "LIMIT_PERIOD_SECONDS": 3600}


@pytest.mark.usefixtures("limited")
class TestRequests:
    def test_are_counted_by_address_and_told(self, ask):
        first = ask()

        assert first["RateLimit-Policy"] == '"api-anonymous";q=3;w=3600'
        assert first["RateLimit"].startswith('"api-anonymous";r=2;')

    def test_are_refused_beyond_the_limit(self, ask):
        statuses = [ask().status_code for _ in range(4)]
        refused = ask()

        assert statuses == [200, 200, 200, 429]
        assert refused.json()["type"].endswith("rate-limited")
        assert int(refused["Retry-After"]) > 0
        assert refused["RateLimit"].startswith('"api-anonymous";r=0;')
        assert refused["Cache-Control"] == "no-store"

    def test_of_a_token_are_counted_apart_wherever_they_come_from(self, ask, make_token, client):
        _row, token = make_token()
        for number in range(5):
            assert ask(token=token, **{"X-Number": str(number)}).status_code == 200

        elsewhere = client.get(
            "/api/v1/entries/",
            headers={"Authorization": f"Bearer {token}"},
            REMOTE_ADDR="192.0.2.9",
        )

        assert elsewhere.status_code == 429
        assert ask().status_code == 200

    def test_a_token_may_have_a_limit_of_its_own(self, ask, make_token):
        _row, token = make_token(limit=1)

        assert [ask(token=token).status_code for _ in range(2)] == [200, 429]

    def test_that_find_nothing_new_are_free(self, ask):
        EntryFactory()
        etag = ask()["ETag"]

        answers = [ask(**{"If-None-Match": etag}) for _ in range(10)]

        assert {answer.status_code for answer in answers} == {304}
        assert answers[-1]["RateLimit"].startswith('"api-anonymous";r=2;')

    def test_that_find_something_new_are_not(self, ask):
        stale = {"If-None-Match": '"stale"'}

        assert [ask(**stale).status_code for _ in range(4)] == [200, 200, 200, 429]

    def test_that_ask_for_more_count_more(self, ask):
        answer = ask("entries/?limit=60")

        assert answer["RateLimit"].startswith('"api-anonymous";r=0;')

    def test_that_could_never_be_paid_take_all_there_is(self, ask):
        assert [ask("entries/?limit=100").status_code for _ in range(2)] == [200, 429]

    def test_preflights_are_not_counted(self, client):
        for _ in range(5):
            assert client.options("/api/v1/entries/").status_code == 204


@pytest.mark.parametrize(
    ("parameters", "cost"),
    [
        ({}, 1),
        ({"limit": "20"}, 1),
        ({"limit": "21"}, 2),
        ({"limit": "100"}, 5),
        ({"include": "author,tags"}, 3),
        ({"fields": "*"}, 2),
        ({"fields": "*,-body", "limit": "100", "include": "a"}, 7),
        ({"limit": "9" * 5000}, limits.MAX_COST),
        ({"limit": "²"}, 1),
        ({"include": "," * 500}, limits.MAX_COST),
    ],
)
def test_what_a_request_costs(parameters, cost):
    assert limits.cost_of(parameters) == cost


def test_there_is_no_limit_for_anonymous_readers_unless_the_settings_name_one(ask):
    assert "RateLimit" not in ask()


def test_who_tries_tokens_is_soon_stopped_and_good_tokens_are_not(ask, make_token, settings):
    settings.MKT_API = {"REFUSAL_LIMIT": 3}
    _row, token = make_token()

    statuses = [ask(Authorization="Bearer wrong").status_code for _ in range(4)]

    assert statuses == [401, 401, 401, 429]
    assert ask(token=token).status_code == 200


def _hits(barrier, counts, facts):
    from mkt_core.ratelimit.counters import forget_counters

    forget_counters()
    access = Access("token", "token:1", frozenset({"read"}), facts)
    barrier.wait()
    counts.put(sum(limits.charge(access).allowed for _ in range(50)))


@pytest.mark.skipif("REDIS_URL" not in os.environ, reason="this test asks a real Redis")
def test_eight_processes_let_through_exactly_what_one_would(settings):
    settings.MKT_API = {"LIMIT_PERIOD_SECONDS": 3600}
    cache.clear()
    facts = TokenFacts(1, frozenset({"read"}), frozenset(), frozenset(), (), 100, None, None)
    context = multiprocessing.get_context("fork")
    barrier, counts = context.Barrier(8), context.Queue()
    processes = [context.Process(target=_hits, args=(barrier, counts, facts)) for _ in range(8)]
    for process in processes:
        process.start()
    allowed = [counts.get(timeout=60) for _ in processes]
    for process in processes:
        process.join()

    assert sum(allowed) == 100
