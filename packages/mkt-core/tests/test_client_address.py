from ipaddress import ip_address

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from mkt_core.client_address import client_address, client_key, comes_from_trusted_proxy

PROXIES = {"TRUSTED_PROXIES": ["10.0.0.0/8", "fd00::/8"]}


# A request is made for each example.
quick = hypothesis_settings(max_examples=40, deadline=None)


def ask(peer="10.0.0.1", forwarded=None, **headers):
    if forwarded is not None:
        headers["HTTP_X_FORWARDED_FOR"] = forwarded
    return RequestFactory().get("/", REMOTE_ADDR=peer, **headers)


class TestWithoutProxies:
    def test_is_the_peer_whatever_it_claims(self):
        request = ask("198.51.100.7", "1.2.3.4", HTTP_FORWARDED="for=5.6.7.8")

        assert client_address(request) == "198.51.100.7"
        assert not comes_from_trusted_proxy(request)

    @pytest.mark.parametrize("peer", ["", "unix:", "garbage", None])
    def test_is_empty_if_there_is_no_address(self, peer):
        request = ask()
        request.META["REMOTE_ADDR"] = peer

        assert client_address(request) == client_key(request) == ""

    def test_an_ipv4_address_written_as_ipv6_is_one(self):
        assert client_address(ask("::ffff:198.51.100.7")) == "198.51.100.7"


class TestBehindProxies:
    @pytest.fixture(autouse=True)
    def _proxies(self, settings):
        settings.MKT_CORE = PROXIES

    @pytest.mark.parametrize(
        ("forwarded", "address"),
        [
            ("198.51.100.7", "198.51.100.7"),
            ("6.6.6.6, 198.51.100.7", "198.51.100.7"),
            ("6.6.6.6,198.51.100.7 , 10.0.0.2", "198.51.100.7"),
            ("10.0.0.9, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
            ("10.0.0.9, 10.0.0.2", "10.0.0.9"),
            ("198.51.100.7:4711", "198.51.100.7"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("2001:DB8:0::1", "2001:db8::1"),
            ("fe80::1%eth0", "fe80::1"),
            ("::ffff:198.51.100.7", "198.51.100.7"),
            # What a proxy of ours has seen and nobody can read: the proxy is the nearest that is known.
            ("6.6.6.6, unknown", "10.0.0.1"),
            ("6.6.6.6, unknown, 10.0.0.2", "10.0.0.2"),
            ("6.6.6.6,", "10.0.0.1"),
            ("", "10.0.0.1"),
            ("1.2.3", "10.0.0.1"),
            ("01.02.03.04", "10.0.0.1"),
        ],
    )
    def test_is_the_last_hop_that_is_not_trusted(self, forwarded, address):
        assert client_address(ask(forwarded=forwarded)) == address

    def test_is_the_peer_if_nothing_was_forwarded(self):
        assert client_address(ask()) == "10.0.0.1"

    def test_a_peer_that_is_no_proxy_cannot_speak_for_others(self):
        request = ask("198.51.100.7", "1.2.3.4")

        assert client_address(request) == "198.51.100.7"
        assert not comes_from_trusted_proxy(request)

    def test_a_proxy_may_speak_ipv6_or_mapped_ipv4(self):
        assert client_address(ask("fd00::5", "1.2.3.4")) == "1.2.3.4"
        assert client_address(ask("::ffff:10.0.0.1", "1.2.3.4")) == "1.2.3.4"
        assert comes_from_trusted_proxy(ask("::ffff:10.0.0.1"))

    def test_another_header_than_the_configured_one_is_ignored(self):
        request = ask(HTTP_FORWARDED="for=5.6.7.8", HTTP_X_REAL_IP="5.6.7.8")

        assert client_address(request) == "10.0.0.1"

    def test_a_unix_socket_is_trusted_only_if_it_is_named(self, settings):
        assert client_address(ask("", "1.2.3.4")) == ""
        settings.MKT_CORE = {"TRUSTED_PROXIES": ["unix"]}
        assert client_address(ask("", "1.2.3.4")) == "1.2.3.4"

    @pytest.mark.parametrize("length", [10_000, 100_000])
    def test_a_long_header_costs_nothing(self, length):
        forged = ("10.0.0.9, " * length)[:length]

        assert client_address(ask(forwarded=f"{forged}, 198.51.100.7")) == "198.51.100.7"
        assert client_address(ask(forwarded="9" * length)) == "10.0.0.1"

    @quick
    @given(st.text(alphabet=st.characters(codec="latin-1"), max_size=80))
    def test_a_client_cannot_choose_its_address(self, forged):
        # The proxy adds what it has seen at the end of whatever there is.
        assert client_address(ask(forwarded=f"{forged}, 198.51.100.7")) == "198.51.100.7"

    @quick
    @given(st.ip_addresses(), st.lists(st.sampled_from(["10.0.0.2", "10.1.1.1:80", "[fd00::1]"])))
    def test_any_chain_of_proxies_leads_to_the_client(self, address, proxies):
        trusted = str(address).startswith(("10.", "fd"))
        mapped = getattr(address, "ipv4_mapped", None)
        seen = client_address(ask(forwarded=", ".join(["6.6.6.6", str(address), *proxies])))

        assert trusted or mapped or seen == str(address)

    @quick
    @given(st.text(max_size=60))
    def test_gives_an_address_or_nothing(self, text):
        ip_address(client_address(ask(forwarded=text)))


class TestForwarded:
    @pytest.mark.parametrize(
        ("value", "address"),
        [
            ("for=198.51.100.7", "198.51.100.7"),
            ('For="[2001:db8::1]:4711";proto=https;by=10.0.0.1', "2001:db8::1"),
            ("for=6.6.6.6, proto=https; for=198.51.100.7:80", "198.51.100.7"),
            ("for=6.6.6.6, for=198.51.100.7, for=10.0.0.2", "198.51.100.7"),
            ("for=6.6.6.6, for=_hidden", "10.0.0.1"),
            ("for=6.6.6.6, proto=https", "10.0.0.1"),
            ("for=unknown", "10.0.0.1"),
        ],
    )
    def test_is_read_if_it_is_the_proxies_header(self, settings, value, address):
        settings.MKT_CORE = {**PROXIES, "TRUSTED_PROXY_HEADER": "Forwarded"}

        assert client_address(ask(forwarded="6.6.6.6", HTTP_FORWARDED=value)) == address

    def test_so_is_a_header_with_one_address(self, settings):
        settings.MKT_CORE = {**PROXIES, "TRUSTED_PROXY_HEADER": "CF-Connecting-IP"}

        assert client_address(ask(HTTP_CF_CONNECTING_IP="198.51.100.7")) == "198.51.100.7"


class TestBehindANumberOfProxies:
    @pytest.mark.parametrize(
        ("count", "address"), [(1, "10.0.0.2"), (2, "198.51.100.7"), (3, "6.6.6.6"), (9, "6.6.6.6")]
    )
    def test_counts_from_the_end(self, settings, count, address):
        settings.MKT_CORE = {"TRUSTED_PROXY_COUNT": count}
        request = ask(forwarded="6.6.6.6, 198.51.100.7, 10.0.0.2")

        assert client_address(request) == address
        assert comes_from_trusted_proxy(request)

    def test_is_the_peer_if_nothing_was_forwarded(self, settings):
        settings.MKT_CORE = {"TRUSTED_PROXY_COUNT": 2}
        assert client_address(ask("198.51.100.7")) == "198.51.100.7"


class TestKey:
    def test_an_ipv6_client_is_its_network(self):
        one, other = ask("2001:db8:1:2::1"), ask("2001:db8:1:2:ffff:ffff:ffff:ffff")

        assert client_key(one) == client_key(other) == "2001:db8:1:2::/64"
        assert client_key(ask("2001:db8:1:3::1")) != client_key(one)

    def test_an_ipv4_client_is_its_address(self):
        assert client_key(ask("198.51.100.7")) == "198.51.100.7"
