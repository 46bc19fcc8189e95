"""Signatures of Standard Webhooks."""

from datetime import UTC, datetime

import pytest
import time_machine

from mkt_core.outgoing.signatures import key_of, secret_text, sign, signature_headers

# The example of the specification's own libraries.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE, SECONDS = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_example_of_the_specification():
    assert sign(key_of(SECRET), MESSAGE, SECONDS, BODY) == SIGNATURE


def test_headers_have_a_signature_for_each_key():
    with time_machine.travel(datetime.fromtimestamp(SECONDS, UTC), tick=False):
        headers = signature_headers([key_of(SECRET), b"older"], MESSAGE, BODY)

    assert headers["webhook-id"] == MESSAGE
    assert headers["webhook-timestamp"] == str(SECONDS)
    assert headers["webhook-signature"].split() == [
        SIGNATURE,
        sign(b"older", MESSAGE, SECONDS, BODY),
    ]


@pytest.mark.parametrize(
    "changed", [("other", SECONDS, BODY), (MESSAGE, 1, BODY), (MESSAGE, SECONDS, b"")]
)
def test_whatever_is_changed_has_another_signature(changed):
    assert sign(key_of(SECRET), *changed) != SIGNATURE


def test_a_key_is_told_as_text_and_read_again():
    assert key_of(secret_text(b"\x00\xff key")) == b"\x00\xff key"
    assert key_of("no base 64!") == b"no base 64!"
