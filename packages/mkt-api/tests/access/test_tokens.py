import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
from wagtail.models import ModelLogEntry

from mkt_api.access.tokens import revoke_token, rotate_token
from mkt_api.models import ApiToken
from mkt_api.signals import access_refused, token_created, token_revoked, token_rotated

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    """Signals that were sent, by name."""
    found = []
    signals = {
        "created": token_created,
        "revoked": token_revoked,
        "rotated": token_rotated,
        "refused": access_refused,
    }
    receivers = []
    for name, signal in signals.items():

        def receiver(name=name, **kwargs):
            found.append((name, kwargs))

        receivers.append((signal, receiver))
        signal.connect(receiver)
    yield found
    for signal, receiver in receivers:
        signal.disconnect(receiver)


def entries():
    return [(entry.action, entry.data) for entry in ModelLogEntry.objects.order_by("pk")]


def test_the_token_is_kept_nowhere(make_token):
    row, token = make_token()

    values = json.dumps(list(ApiToken.objects.values()), default=str)
    assert token not in values
    assert token[7:37] not in values
    assert token not in json.dumps(entries())
    assert row.hint == token[:12]


def test_what_happens_to_a_token_is_in_wagtails_log_and_told_by_signals(
    make_token, heard, admin_user
):
    row, _token = make_token(user=admin_user)
    _successor, _text = rotate_token(row, overlap=timedelta(hours=1), user=admin_user)
    revoke_token(row, user=admin_user)
    revoke_token(row)

    actions = [action for action, _data in entries() if "token" in action]
    assert actions == ["mkt_core.token_create", "mkt_core.token_create", "mkt_core.token_revoke"]
    assert [name for name, _ in heard] == ["created", "created", "rotated", "revoked"]
    assert heard[0][1]["user"] == admin_user
    made = ModelLogEntry.objects.filter(action="mkt_core.token_create").first()
    assert made.user == admin_user


def test_refusals_are_logged_and_told_by_a_signal(ask, heard, caplog):
    with caplog.at_level("WARNING", logger="mkt_core.security_events"):
        ask(Authorization="Bearer mktapi_wrong")

    assert [(name, kwargs["reason"]) for name, kwargs in heard] == [("refused", "invalid-token")]
    (record,) = [r for r in caplog.records if r.name == "mkt_core.security_events"]
    assert record.ecs["event.action"] == "api-access"
    assert record.ecs["event.reason"] == "invalid-token"


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"name": " "}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"origins": ["example.com"]}, "origins"),
        ({"origins": ["https://example.com/path"]}, "origins"),
        ({"networks": ["300.0.0.1"]}, "networks"),
        ({"limit": 0}, "limit"),
    ],
)
def test_what_cannot_be_meant_is_refused(make_token, options, field):
    with pytest.raises(ValidationError) as caught:
        make_token(**options)

    assert list(caught.value.message_dict) == [field]
    assert not ApiToken.objects.exists()


def test_a_token_that_works_no_more_is_not_rotated(make_token):
    row, _token = make_token()
    revoke_token(row)

    with pytest.raises(ValidationError):
        rotate_token(row)


class TestCommand:
    def test_prints_nothing_but_the_token_on_standard_output(self, capsys, ask):
        call_command("mkt_api_tokens", "create", "Build", "--days", "30", "--scope", "read")

        printed = capsys.readouterr()
        token = printed.out.strip()
        assert ask(token=token).status_code == 200
        assert "shown this once" in printed.err
        assert ApiToken.objects.get().expires_at is not None

    def test_lists_rotates_and_revokes(self, capsys, make_token, ask):
        row, old = make_token()
        call_command("mkt_api_tokens", "rotate", str(row.pk), "--overlap-hours", "1")
        new = capsys.readouterr().out.strip()
        assert ask(token=new).status_code == ask(token=old).status_code == 200

        call_command("mkt_api_tokens", "revoke", str(row.pk))
        capsys.readouterr()
        call_command("mkt_api_tokens", "list", "--all", "--json")

        listed = json.loads(capsys.readouterr().out)
        assert {token["id"]: token["state"] for token in listed} == {
            row.pk: "revoked",
            row.replaced_by.get().pk: "active",
        }
        assert ask(token=old).status_code == 401

    def test_says_what_is_wrong(self):
        with pytest.raises(CommandError, match="no scope"):
            call_command("mkt_api_tokens", "create", "x", "--scope", "nothing")
        with pytest.raises(CommandError, match="no token"):
            call_command("mkt_api_tokens", "revoke", "77")

    def test_names_the_scopes(self, capsys):
        call_command("mkt_api_tokens", "scopes")

        assert "read:entries" in capsys.readouterr().out
