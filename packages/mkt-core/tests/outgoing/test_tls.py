import ssl

import pytest

from mkt_core.outgoing import ConnectionFailed, OutgoingError, TlsFailed, TooManyRedirects, request
from mkt_core.outgoing.connections import _context

from .test_client import answer


@pytest.fixture
def trust(settings, authority):
    """The throw-away authority is trusted."""
    settings.MKT_CORE = {"OUTGOING_CA_FILE": authority.file}


def at(server, host):
    return f"https://{host}:{server.port}/"


def test_the_name_in_the_url_is_what_the_certificate_must_say(serve, names, authority, trust):
    context = authority("shop.example")
    asked = []
    context.sni_callback = lambda end, name, ctx: asked.append(name)
    server = serve(answer(), context=context)
    names["shop.example"] = names["other.example"] = ["127.0.0.1"]

    assert request("GET", at(server, "shop.example")).text == "hello"
    assert asked == ["shop.example"]
    with pytest.raises(TlsFailed, match=r"other\.example cannot be trusted"):
        request("GET", at(server, "other.example"))
    with pytest.raises(TlsFailed):
        request("GET", at(server, "127.0.0.1"))
    assert len(server.requests) == 1


def test_an_address_may_be_what_it_says(serve, authority, trust):
    server = serve(answer(), context=authority("127.0.0.1"))
    assert request("GET", at(server, "127.0.0.1")).ok


def test_a_certificate_of_nobody_known_is_refused(serve, names, authority):
    server = serve(answer(), context=authority("shop.example"))
    names["shop.example"] = ["127.0.0.1"]

    with pytest.raises(TlsFailed):
        request("GET", at(server, "shop.example"))
    assert not server.requests


def test_old_versions_of_tls_are_refused(serve, names, authority, trust):
    context = authority("shop.example")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    server = serve(answer(), context=context)
    names["shop.example"] = ["127.0.0.1"]

    with pytest.raises(ConnectionFailed):
        request("GET", at(server, "shop.example"))


def test_a_server_without_tls_is_a_clear_error(serve, names, trust):
    server = serve(answer())
    names["shop.example"] = ["127.0.0.1"]
    with pytest.raises(OutgoingError):
        request("GET", at(server, "shop.example"), total_seconds=0.2)


def test_a_redirect_does_not_leave_it(serve, names, authority, trust):
    plain = serve(answer())
    redirect = answer(b"", "302 Found", Location=f"http://127.0.0.1:{plain.port}/")
    server = serve(redirect, context=authority("shop.example"))
    names["shop.example"] = ["127.0.0.1"]

    with pytest.raises(TooManyRedirects, match="https to http"):
        request("GET", at(server, "shop.example"), redirects=3)
    assert not plain.requests


def test_without_the_setting_the_systems_certificates_count():
    assert _context("").verify_mode == ssl.CERT_REQUIRED
    assert _context("").check_hostname
