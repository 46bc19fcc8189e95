import pytest
from django.test import RequestFactory

from mkt_core.networks import is_in_networks


def asked_from(address, **meta):
    return RequestFactory().get("/", REMOTE_ADDR=address, **meta)


class TestIsInNetworks:
    @pytest.mark.parametrize(
        ("address", "networks", "inside"),
        [
            ("127.0.0.1", ["127.0.0.1"], True),
            ("127.0.0.2", ["127.0.0.1"], False),
            ("10.1.2.3", ["10.0.0.0/8"], True),
            ("10.1.2.3", ["10.1.2.9/8"], True),
            ("11.1.2.3", ["10.0.0.0/8"], False),
            ("11.1.2.3", ["10.0.0.0/8", "11.0.0.0/8"], True),
            ("::1", ["::1"], True),
            ("2001:db8::5", ["2001:db8::/32"], True),
            ("::ffff:10.1.2.3", ["10.0.0.0/8"], True),
            ("10.1.2.3", ["::/0"], False),
            ("", ["0.0.0.0/0"], False),
            ("unix:", ["0.0.0.0/0"], False),
            ("10.1.2.3", [], False),
            ("10.1.2.3", ["nonsense"], False),
            ("10.1.2.3", ["nonsense", " 10.0.0.0/8 "], True),
        ],
    )
    def test_compares_the_address(self, address, networks, inside):
        assert is_in_networks(asked_from(address), networks) is inside

    @pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP"])
    def test_a_forwarded_request_is_never_inside(self, header):
        request = asked_from("127.0.0.1", **{header: "for=127.0.0.1"})

        assert not is_in_networks(request, ["127.0.0.1"])
