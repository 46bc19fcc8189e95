"""Whatever a client writes, it is answered; never with a 5xx."""

import json
import random
from base64 import urlsafe_b64encode
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mkt_api.registry import registry

from .factories import EntryFactory, rich_article

pytestmark = pytest.mark.django_db

CAMPAIGN = 1000
NASTY = [
    *(
        "",
        " ",
        "\x00",
        "a\x00b",
        "%",
        "%%",
        "%s",
        "\\",
        "'",
        '"',
        "';--",
        "{}",
        "[]",
        "null",
        "undefined",
    ),
    *("0", "-0", "-1", "1", "2147483648", "9223372036854775807", "9223372036854775808", "9" * 400),
    *("1e309", "NaN", "inf", "-inf", "0x10", "1_000", "٣", "½", "true", "false", "True", "None"),
    *(
        "2026-01-01",
        "2026-02-30",
        "0000-00-00",
        "0001-01-01",
        "9999-12-31",
        "10000-01-01",
        "2026-W01",
    ),
    *(
        "2026-01-01T00:00:00",
        "2026-01-01T00:00:00Z",
        "2026-03-29T02:30:00",
        "0002-01-01T00:00:00+23:59",
    ),
    *("9998-12-31T23:59:59-23:59", "24:00", "23:59:60", "12:00:00.9999999", "20260101", "12"),
    *(
        "00000000-0000-0000-0000-000000000000",
        "id",
        "pk",
        "-pk",
        "title",
        "-title",
        "*",
        "-*",
        "*,-id",
    ),
    *(
        "title,title",
        ",",
        ",,",
        "-",
        "--id",
        "exact",
        "none",
        "password",
        "topic__name",
        "../../etc",
    ),
    *(
        "\ud83d\ude00",
        "\u202e",
        "\u2028",
        "\ufeff",
        "ß",
        "İ",
        "a" * 1001,
        "WyJwayIsMCwwLCIxIl0",
        "W10",
        "e30=",
    ),
]


def names():
    for resource in registry.resources:
        plan = registry.plan(resource)
        for name in ("fields", "limit", "cursor", "order", "count", *plan.filters):
            yield resource, name


def check(response):
    assert response.status_code in (200, 304, 400, 404), response.content
    kind = "application/json" if response.status_code == 200 else "application/problem+json"
    assert response["Content-Type"] == kind
    assert isinstance(response.json(), dict)


@pytest.fixture
def rows():
    rich_article(rank=1)
    EntryFactory.create_batch(2)


def test_every_parameter_takes_every_nasty_value(client, rows):
    asked = 0
    for resource, name in names():
        for value in NASTY:
            encoded = quote(value.encode(errors="surrogatepass"))
            check(client.get(f"/api/v1/{resource}/?{name}={encoded}"))
            asked += 1
    assert asked > 500


def test_combinations_of_nasty_values(client, rows):
    chance = random.Random(2026)
    pairs = list(names())
    for _ in range(CAMPAIGN):
        resource, _name = chance.choice(pairs)
        fitting = [name for owner, name in pairs if owner == resource]
        query = "&".join(
            f"{chance.choice(fitting)}{chance.choice(['=', '', '[]=', '__in=', '=='])}"
            f"{quote(chance.choice(NASTY).encode(errors='surrogatepass'))}"
            for _ in range(chance.randrange(1, 5))
        )
        check(client.get(f"/api/v1/{resource}/?{query}"))


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    resource=st.sampled_from(["articles", "entries", "topics", "coins"]),
    query=st.binary(max_size=120),
)
def test_any_bytes_behind_the_question_mark(client, resource, query):
    response = client.get(f"/api/v1/{resource}/", QUERY_STRING=query.decode("latin-1"))

    check(response)


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    state=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=8),
        max_leaves=20,
    )
)
def test_any_json_as_a_cursor(client, rows, state):
    for prefix in ([], ["number,pk", 0, 0], ["-score,title,-pk", 1, 1]):
        content = prefix + (state if isinstance(state, list) else [state])
        text = json.dumps(content).encode()
        cursor = urlsafe_b64encode(text).decode()
        for order in ("number", "-score,title"):
            check(client.get("/api/v1/entries/", {"cursor": cursor, "order": order}))


def test_any_path(client):
    chance = random.Random(1)
    for _ in range(200):
        path = "/".join(
            chance.choice(["entries", "articles", "docs", *NASTY[:60]]) for _ in range(3)
        )
        response = client.get("/api/v1/" + quote(path.encode(errors="surrogatepass")))
        assert response.status_code in (200, 301, 404), path


def test_columns_that_are_not_declared_do_not_appear(client, rows):
    text = client.get("/api/v1/articles/?fields=*").content.decode()

    assert "hush" not in text
