import pytest

pytestmark = pytest.mark.django_db

SHOP = "https://shop.example"


@pytest.fixture
def preflight(client):
    def ask(origin, path="entries/"):
        return client.options(
            f"/api/v1/{path}",
            headers={
                "Origin": origin,
                "Access-Control-Request-Method": "GET",
                "Access-Control-Request-Headers": "authorization",
            },
        )

    return ask


class TestAnswers:
    def test_are_for_no_other_origin_by_default(self, ask):
        response = ask(Origin=SHOP)

        assert response.status_code == 200
        assert "Access-Control-Allow-Origin" not in response
        assert "Origin" in response["Vary"]

    def test_are_for_those_in_the_settings(self, ask, settings):
        settings.MKT_API = {"CORS_ORIGINS": [SHOP]}

        response = ask(Origin=SHOP)

        assert response["Access-Control-Allow-Origin"] == SHOP
        assert "RateLimit" in response["Access-Control-Expose-Headers"]
        assert "Access-Control-Allow-Origin" not in ask(Origin="https://evil.example")

    def test_may_be_for_all_without_depending_on_who_asks(self, ask, settings):
        settings.MKT_API = {"CORS_ORIGINS": ["*"]}

        response = ask(Origin=SHOP)

        assert response["Access-Control-Allow-Origin"] == "*"
        assert "Origin" not in response["Vary"]

    def test_are_for_the_origins_of_the_token(self, ask, make_token):
        _row, token = make_token(origins=[SHOP])

        assert ask(token=token, Origin=SHOP)["Access-Control-Allow-Origin"] == SHOP
        assert "Access-Control-Allow-Origin" not in ask(Origin=SHOP)

    def test_problems_can_be_read_by_the_script_as_well(self, ask, settings):
        settings.MKT_API = {"CORS_ORIGINS": [SHOP]}

        for response in (
            ask("nowhere/", Origin=SHOP),
            ask(Origin=SHOP, Authorization="Bearer wrong"),
        ):
            assert response.status_code >= 400
            assert response["Access-Control-Allow-Origin"] == SHOP

    def test_never_travel_with_cookies(self, ask, settings):
        settings.MKT_API = {"CORS_ORIGINS": [SHOP], "SESSION_ACCESS": True}

        assert "Access-Control-Allow-Credentials" not in ask(Origin=SHOP)


class TestPreflight:
    def test_of_an_unknown_origin_gets_nothing(self, preflight):
        response = preflight(SHOP)

        assert response.status_code == 204
        assert "Access-Control-Allow-Origin" not in response

    def test_tells_what_may_be_sent(self, preflight, settings):
        settings.MKT_API = {"CORS_ORIGINS": [SHOP], "ANONYMOUS_READ": False}

        response = preflight(SHOP)

        assert response.status_code == 204
        assert response["Access-Control-Allow-Origin"] == SHOP
        assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
        assert "Authorization" in response["Access-Control-Allow-Headers"]
        assert response["Access-Control-Max-Age"] == "600"
        assert "Origin" in response["Vary"]

    def test_knows_the_origins_of_tokens_although_it_brings_none(self, preflight, make_token):
        make_token(origins=[SHOP])

        assert preflight(SHOP)["Access-Control-Allow-Origin"] == SHOP
        assert "Access-Control-Allow-Origin" not in preflight("https://evil.example")

    def test_asks_the_database_once_in_a_while(
        self, preflight, make_token, django_assert_num_queries
    ):
        make_token(origins=[SHOP])
        preflight(SHOP)

        with django_assert_num_queries(0):
            preflight(SHOP)
