from ipaddress import ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mkt_core.outgoing import AddressRefused, InvalidRequest, OutgoingError, request
from mkt_core.outgoing.addresses import is_public
from mkt_core.outgoing.targets import parse

NOT_PUBLIC = """
    0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 168.63.129.16 169.254.169.254
    172.16.0.1 172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1
    224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254
    64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:20::1
    2001:db8::1 2002:7f00:1::1 2002:0808:0808::1 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1
    4000::1
"""
PUBLIC = """
    1.1.1.1 8.8.8.8 93.184.216.34 172.32.0.1 100.128.0.1 223.255.255.255 2606:4700::1111 2a00:1450::1 ::ffff:8.8.8.8
    64:ff9b::808:808 2001:4860:4860::8888
"""
ODD_NOTATIONS = """
    0x7f.1 127.1 127.0.1 2130706433 017700000001 0x7f000001 0177.0.0.1 127.0.0.01 0 0.0 1.2.3.4.5 0x 256.1.1.1
    127.0.0.1. 2130706433. １２７.1 ①②⑦.1
"""
WAYS_TO_THIS_MACHINE = """
    http://127.0.0.1/ http://[::1]/ http://[::ffff:127.0.0.1]/ http://[::ffff:7f00:1]/ http://localhost/
    http://localhost./ http://LOCALHOST/ http://１２７.０.０.１/ http://127。0。0。1/ http://169.254.169.254/latest/
    http://[fd00:ec2::254]/ http://0.0.0.0/ http://[::]/ https://[64:ff9b::7f00:1]/
"""


def parsed(url, **options):
    return parse(url, **{"schemes": ("https", "http"), "ports": (443, 80), **options})


@pytest.mark.parametrize(
    "address",
    NOT_PUBLIC.split(),
)
def test_an_address_that_is_not_public_is_known_as_such(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    PUBLIC.split(),
)
def test_a_public_one_as_well(address):
    assert is_public(ip_address(address))


@given(st.ip_addresses())
def test_python_agrees_wherever_it_says_private(address):
    inner = getattr(address, "ipv4_mapped", None) or address
    if inner.is_private or inner.is_loopback or inner.is_link_local or inner.is_multicast:
        # Python counts two addresses of 192.0.0.0/24 as global, and all of NAT64.
        assert not is_public(address)


@pytest.mark.parametrize(
    "host",
    ODD_NOTATIONS.split(),
)
def test_an_address_in_an_odd_notation_is_refused(host):
    try:
        target = parsed(f"http://{host}/")
    except (AddressRefused, InvalidRequest):
        return
    # A final dot and nothing else is odd about it: then the address is looked at.
    assert target.host == "127.0.0.1"
    with pytest.raises(AddressRefused):
        request("GET", f"http://{host}/")


@pytest.mark.parametrize(
    "url",
    WAYS_TO_THIS_MACHINE.split(),
)
def test_no_way_to_write_it_leads_to_this_machine(url):
    with pytest.raises(AddressRefused):
        request("GET", url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://",
        "http:///path",
        "//example.com/",
        "example.com",
        "file:///etc/passwd",
        "gopher://example.com/",
        "ftp://example.com/",
        "javascript:alert(1)",
        "http://user@example.com/",
        "http://user:password@example.com/",
        "http://example.com:80@127.0.0.1/",
        "http://example.com\\@127.0.0.1/",
        "http://example.com/\r\nX-Injected: 1",
        "http://example.com/a b",
        "http://exa\tmple.com/",
        " http://example.com/",
        "http://example.com:8080/",
        "http://example.com:22/",
        "http://example.com:0/",
        "http://example.com:99999/",
        "http://example.com:x/",
        "http://exa%6dple.com/",
        "http://example.com%00.evil.com/",
        "http://a..b/",
        "http://-a.example/",
        "http://" + "a" * 64 + ".example/",
        "http://" + "a." * 200 + "example/",
        "http://[fe80::1%25eth0]/",
        "http://[::1/",
        "http://[example.com]/",
        "http://[v1.a]/",
        "http://example.com/" + "a" * 10_000,
    ],
)
def test_what_is_not_plainly_a_url_is_refused(url):
    with pytest.raises((InvalidRequest, AddressRefused)) as caught:
        parsed(url)
    assert "password" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "authority", "path"),
    [
        ("https://Example.COM", "example.com", "/"),
        ("https://example.com./a?b=c#d", "example.com", "/a?b=c"),
        ("http://example.com:443/", "example.com:443", "/"),
        ("https://bücher.example/ä?q=ü&x=%20", "xn--bcher-kva.example", "/%C3%A4?q=%C3%BC&x=%20"),
        ("https://[2606:4700::1111]/", "[2606:4700::1111]", "/"),
        ("https://a_b.example.com/", "a_b.example.com", "/"),
    ],
)
def test_a_good_one_is_taken_apart(url, authority, path):
    target = parsed(url)
    assert (target.authority, target.path) == (authority, path)


@pytest.mark.parametrize(
    ("host", "is_allowed"),
    [
        ("example.com", True),
        ("a.example.org", True),
        ("example.org", True),
        ("a.example.com", False),
        ("notexample.org", False),
        ("example.org.evil.com", False),
    ],
)
def test_a_list_of_hosts_is_all_there_is(host, is_allowed):
    hosts = ("example.com", ".Example.org")
    if is_allowed:
        assert parsed(f"https://{host}/", hosts=hosts).host == host
    else:
        with pytest.raises(AddressRefused):
            parsed(f"https://{host}/", hosts=hosts)


@given(st.text(max_size=60).map("http://{}".format) | st.text(max_size=60))
@example("http://[")
def test_any_text_is_a_target_or_a_clear_error(text):
    try:
        target = parsed(text)
    except OutgoingError:
        return
    assert parsed(target.url) == target
    assert target.url.isascii()
