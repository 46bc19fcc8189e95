import pytest

from mkt_api.access import keys
from mkt_core.logging.redaction import REDACTED, current_redactor


def test_a_token_says_whose_it_is_and_has_178_random_bits():
    token = keys.generate()

    assert token.startswith("mktapi_")
    assert len(token) == 43
    assert keys.generate() != token


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1],
        lambda token: token + "x",
        lambda token: token[:10] + ("A" if token[10] != "A" else "B") + token[11:],
        lambda token: token.replace("mktapi_", "wagtail_"),
        lambda token: token[:20] + "é" + token[21:],
        lambda token: "",
    ],
)
def test_a_slip_is_found_without_looking_anywhere(change):
    token = keys.generate()

    assert keys.is_well_formed(token)
    assert not keys.is_well_formed(change(token))


def test_what_is_kept_depends_on_the_secret_key(settings):
    token = keys.generate()
    before = keys.digest(token)
    settings.SECRET_KEY = "another"

    assert len(before) == 64
    assert token[7:] not in before
    assert keys.digest(token) != before


def test_tokens_outlive_a_change_of_the_secret_key_with_fallbacks(settings):
    token = keys.generate()
    before = keys.digest(token)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"

    assert before in keys.digests(token)


def test_logs_do_not_show_tokens():
    token = keys.generate()

    assert token not in current_redactor().text(f"GET /api/?key of {token} was refused")
    assert REDACTED in current_redactor().text(f"with {token} as it came")
