"""The shim for Django 5.2 against Django's own, wherever that exists."""

import pytest

from mkt_core.security import _shim
from mkt_core.security import csp as ours

IMPLEMENTATIONS = [_shim, ours]


@pytest.fixture(params=IMPLEMENTATIONS, ids=["shim", "in use"])
def csp(request):
    return request.param


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"default-src": ["'self'"]}, "default-src 'self'"),
        ({"default-src": ["'self'"], "img-src": ("data:", "a.example")}, "default-src 'self'; img-src data: a.example"),
        ({"default-src": "'self'"}, "default-src 'self'"),
        ({"img-src": {"b.example", "a.example"}}, "img-src a.example b.example"),
        ({"upgrade-insecure-requests": True}, "upgrade-insecure-requests"),
        ({"upgrade-insecure-requests": False, "base-uri": None}, ""),
        ({"img-src": []}, ""),
        ({"script-src": ["'self'", "<CSP_NONCE_SENTINEL>"]}, "script-src 'self'"),
        ({"script-src": ["<CSP_NONCE_SENTINEL>"]}, ""),
    ],
)  # fmt: skip
def test_policies_are_written_as_django_writes_them(csp, config, expected):
    assert csp.build_policy(config) == expected


def test_nonce_takes_its_place(csp):
    config = {"script-src": [csp.CSP.SELF, csp.CSP.NONCE]}

    assert csp.build_policy(config, "abc") == "script-src 'self' 'nonce-abc'"


def test_constants_are_those_of_django():
    assert {item.name: item.value for item in _shim.CSP} == {
        item.name: item.value for item in ours.CSP
    }


def test_nonce_is_false_until_it_is_read(csp):
    nonce = csp.LazyNonce()

    assert not nonce
    assert len(str(nonce)) == 22
    assert nonce


def test_nonces_differ(csp):
    assert len({str(csp.LazyNonce()) for _ in range(50)}) == 50


@pytest.mark.parametrize("decorator", ["csp_override", "csp_report_only_override"])
def test_override_wants_a_dictionary(csp, decorator):
    with pytest.raises(TypeError, match="mapping"):
        getattr(csp, decorator)(["default-src"])
