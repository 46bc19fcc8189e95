import asyncio
import gzip
import io
import time
import tracemalloc

import pytest

from mkt_core.outgoing import (
    AddressRefused,
    BadAnswer,
    BadStatus,
    ConnectionFailed,
    InvalidRequest,
    TimedOut,
    TooLarge,
    TooManyRedirects,
    arequest,
    request,
)


def answer(body=b"hello", status="200 OK", **headers):
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if "Transfer_Encoding" not in headers and "Content_Length" not in headers:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode() + body


def at(server, path="/", host="127.0.0.1"):
    return f"http://{host}:{server.port}{path}"


def test_gives_the_answer(serve, finished):
    server = serve(answer(b'{"a": [1]}', Content_Type="application/json", X_A="1"))
    response = request("GET", at(server, "/x?y=1"), headers={"X-Key": "k"}, purpose="webhook")

    assert response.ok
    assert response.json() == {"a": [1]}
    assert response.headers["x-a"] == "1"
    head = server.requests[0].decode()
    assert head.startswith("GET /x?y=1 HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{server.port}\r\n" in head
    assert "X-Key: k\r\n" in head
    assert "User-Agent: mkt-core\r\n" in head
    assert "Cookie" not in head
    (event,) = finished
    assert (event["host"], event["status"], event["error"]) == ("127.0.0.1", 200, None)
    assert event["purpose"] == "webhook"
    assert event["seconds"] > 0


def test_reads_an_answer_that_ends_with_the_connection(serve):
    body = b"x" * 200_000
    announced = serve(answer(body, Connection="close"))
    unannounced = serve(b"HTTP/1.0 200 OK\r\n\r\n" + body)

    assert request("GET", at(announced)).body == request("GET", at(unannounced)).body == body


def test_sends_json_and_bodies(serve):
    server = serve(answer())
    request("POST", at(server), json={"ä": 1}, traceparent=f"00-{'a' * 32}-{'b' * 16}-01")
    request("PUT", at(server), body=b"\0\1", headers={"Content-Type": "x/y"})
    request("POST", at(server))

    assert server.requests[0].endswith(b'\r\n\r\n{"\\u00e4":1}')
    assert b"Content-Type: application/json\r\n" in server.requests[0]
    assert b"traceparent: 00-aaaa" in server.requests[0]
    assert server.requests[1].endswith(b"\r\n\r\n\0\1")
    assert b"Content-Length: 0\r\n" in server.requests[2]


def test_json_has_the_type_that_the_caller_says_and_no_second_one(serve):
    server = serve(answer())
    request("POST", at(server), json={}, headers={"content-type": "application/cloudevents+json"})

    head = server.requests[0].lower()
    assert head.count(b"content-type:") == 1
    assert b"content-type: application/cloudevents+json\r\n" in head


def test_an_event_loop_is_not_blocked(serve):
    server = serve(answer())
    assert asyncio.run(arequest("GET", at(server))).text == "hello"


def test_ipv6_works_as_well(serve):
    server = serve(answer(), host="::1")
    assert request("GET", at(server, host="[::1]")).text == "hello"
    assert f"Host: [::1]:{server.port}\r\n".encode() in server.requests[0]


def test_an_address_nobody_listens_at_is_followed_by_the_next(serve, names):
    server = serve(answer())
    names["two.example"] = ["::1", "127.0.0.1"]
    assert request("GET", at(server, host="two.example")).text == "hello"


class TestAddresses:
    def test_a_single_bad_one_refuses_them_all(self, serve, names, finished):
        server = serve(answer())
        names["mixed.example"] = ["127.0.0.1", "10.0.0.1"]

        with pytest.raises(AddressRefused) as caught:
            request("GET", at(server, host="mixed.example"))
        assert not server.requests
        # Whoever chose the name learns nothing about the network.
        assert "10.0.0.1" not in str(caught.value)
        assert isinstance(finished[0]["error"], AddressRefused)
        assert finished[0]["status"] is None

    def test_the_resolver_is_asked_once_and_the_connection_goes_where_it_said(self, serve, names):
        server = serve(answer())
        answers = iter([["127.0.0.1"], ["10.0.0.1"], ["10.0.0.1"]])
        names["rebinding.example"] = lambda: next(answers)

        assert request("GET", at(server, host="rebinding.example")).text == "hello"
        assert f"Host: rebinding.example:{server.port}".encode() in server.requests[0]
        with pytest.raises(AddressRefused):
            request("GET", at(server, host="rebinding.example"))

    def test_without_the_setting_this_machine_is_refused(self, serve, settings):
        server = serve(answer())
        settings.MKT_CORE = {"OUTGOING_PORTS": [server.port]}

        for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]"):
            with pytest.raises(AddressRefused):
                request("GET", at(server, host=host))
        assert not server.requests

    def test_hosts_may_be_narrowed_for_all_and_for_one_request(self, serve, settings, names):
        server = serve(answer())
        names["a.example"] = names["b.example"] = ["127.0.0.1"]
        settings.MKT_CORE = {**settings.MKT_CORE, "OUTGOING_HOSTS": [".example"]}

        assert request("GET", at(server, host="a.example"), hosts=["a.example"]).ok
        for host in ("b.example", "127.0.0.1"):
            with pytest.raises(AddressRefused):
                request("GET", at(server, host=host), hosts=["a.example"])
        with pytest.raises(AddressRefused):
            request("GET", at(server), hosts=["127.0.0.1"])

    def test_a_proxy_in_the_environment_is_ignored(self, serve, monkeypatch):
        server, proxy = serve(answer()), serve(answer(b"proxy"))
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, at(proxy))
        monkeypatch.delenv("no_proxy", raising=False)

        assert request("GET", at(server)).text == "hello"
        assert not proxy.requests

    def test_a_host_that_is_not_there_is_a_clear_error(self, names):
        names["gone.example"] = list
        with pytest.raises(ConnectionFailed, match=r"There is no host gone\.example"):
            request("GET", "http://gone.example/")

    def test_a_port_nobody_listens_at_is_one_too(self, serve, settings, closed_port):
        serve(answer())
        settings.MKT_CORE = {**settings.MKT_CORE, "OUTGOING_PORTS": [closed_port]}
        with pytest.raises(ConnectionFailed, match="refused"):
            request("GET", f"http://127.0.0.1:{closed_port}/")


class TestRedirects:
    def redirect(self, location, status="302 Found"):
        return answer(b"", status, Location=location)

    def test_are_answers_unless_asked_for(self, serve):
        response = request("GET", at(serve(self.redirect("http://169.254.169.254/"))))

        assert response.status == 302
        with pytest.raises(BadStatus) as caught:
            response.raise_for_status()
        assert caught.value.status == 302

    @pytest.mark.parametrize(
        "location",
        [
            "http://169.254.169.254/latest/meta-data/",
            "//169.254.169.254/",
            "http://[::ffff:169.254.169.254]/",
            "http://2852039166/",
            "file:///etc/passwd",
        ],
    )
    def test_lead_nowhere_that_a_url_would_not(self, serve, location):
        server = serve(self.redirect(location))
        with pytest.raises(AddressRefused):
            request("GET", at(server), redirects=5)

    def test_are_followed_as_often_as_told(self, serve):
        def hop(head, end):
            number = int(head.split()[1].rpartition(b"/")[2])
            end.sendall(self.redirect(str(number + 1)) if number < 3 else answer(b"there"))

        server = serve(hop)
        response = request("GET", at(server, "/0"), redirects=3)
        assert response.text == "there"
        assert response.url == at(server, "/3")
        with pytest.raises(TooManyRedirects):
            request("GET", at(server, "/0"), redirects=2)

    def test_take_no_credentials_to_another_server(self, serve):
        other = serve(answer())
        server = serve(self.redirect(at(other)))
        secret = {"Authorization": "Bearer s", "X-Api-Key": "s", "Accept": "text/plain"}
        request("GET", at(server), headers=secret, redirects=1)

        assert b"Bearer s" in server.requests[0]
        assert b"Authorization" not in other.requests[0]
        assert b"X-Api-Key" not in other.requests[0]
        assert b"Accept: text/plain" in other.requests[0]

    def test_keep_them_on_the_same_one(self, serve):
        def hop(head, end):
            end.sendall(answer() if b"/there" in head else self.redirect("/there"))

        server = serve(hop)
        request("GET", at(server), headers={"Authorization": "Bearer s"}, redirects=1)
        assert b"Bearer s" in server.requests[1]

    def test_turn_a_post_into_a_get_or_repeat_it_as_the_status_says(self, serve):
        def hop(head, end):
            status = head.split()[1].decode()[1:]
            end.sendall(answer() if status == "there" else self.redirect("/there", f"{status} X"))

        server = serve(hop)
        for status in ("303", "302", "307"):
            request("POST", at(server, f"/{status}"), json=1, redirects=1)

        assert [head.split()[0] for head in server.requests[1::2]] == [b"GET", b"GET", b"POST"]
        assert b"Content-Type" not in server.requests[1]
        assert server.requests[5].endswith(b"\r\n\r\n1")

    def test_take_no_body_to_another_server(self, serve):
        other = serve(answer())
        server = serve(self.redirect(at(other), "307 Temporary"))
        with pytest.raises(TooManyRedirects, match="body"):
            request("POST", at(server), json="secret", redirects=1)
        assert not other.requests


class TestTime:
    @pytest.fixture(autouse=True)
    def _short(self, serve, settings):
        settings.MKT_CORE = {
            "OUTGOING_CONNECT_SECONDS": 0.3,
            "OUTGOING_READ_SECONDS": 0.3,
            "OUTGOING_TOTAL_SECONDS": 0.6,
        }

    def took(self, url, **options):
        started = time.monotonic()
        with pytest.raises(TimedOut):
            request("GET", url, **options)
        return time.monotonic() - started

    def test_a_server_that_says_nothing(self, serve):
        server = serve(lambda head, end: time.sleep(1))
        assert 0.25 < self.took(at(server)) < 0.6

    @pytest.mark.parametrize("where", ["head", "body", "chunks"])
    def test_a_server_that_says_it_slowly(self, serve, where):
        def drip(head, end):
            if where != "head":
                kind = "Transfer-Encoding: chunked" if where == "chunks" else "Content-Length: 999"
                end.sendall(f"HTTP/1.1 200 OK\r\n{kind}\r\n\r\n".encode())
            for _ in range(40):
                end.sendall({"head": b"H", "body": b"b", "chunks": b"1\r\nc\r\n"}[where])
                time.sleep(0.05)

        # Each byte is in time, all of them are not.
        assert 0.5 < self.took(at(serve(drip))) < 1.2

    def test_a_resolver_that_does_not_answer(self, serve, names):
        server = serve(answer())
        names["slow.example"] = lambda: time.sleep(1) or []
        assert 0.25 < self.took(at(server, host="slow.example")) < 0.6

    def test_all_redirects_together(self, serve):
        def hop(head, end):
            time.sleep(0.2)
            end.sendall(answer(b"", "302 Found", Location="/"))

        assert 0.5 < self.took(at(serve(hop)), redirects=50) < 1.2

    def test_a_single_request_may_have_less(self, serve):
        server = serve(lambda head, end: time.sleep(1))
        assert self.took(at(server), total_seconds=0.1) < 0.28


class TestSize:
    def test_an_announced_one_is_not_read(self, serve):
        server = serve(answer(b"", Content_Length=10**12))
        with pytest.raises(TooLarge):
            request("GET", at(server), max_bytes=1000)

    @pytest.mark.parametrize("kind", ["chunked", "until the end"])
    def test_an_endless_one_ends(self, serve, kind):
        def pour(head, end):
            header = b"Transfer-Encoding: chunked\r\n" if kind == "chunked" else b""
            end.sendall(b"HTTP/1.1 200 OK\r\n" + header + b"\r\n")
            part = b"x" * 65536
            while True:
                end.sendall(b"10000\r\n" + part + b"\r\n" if kind == "chunked" else part)

        with pytest.raises(TooLarge):
            request("GET", at(serve(pour)), max_bytes=1_000_000)

    def test_a_bomb_is_not_unpacked(self, serve):
        bomb = gzip.compress(b"\0" * 50_000_000)
        server = serve(answer(bomb, Content_Encoding="gzip"))
        assert len(bomb) < 60_000

        tracemalloc.start()
        with pytest.raises(TooLarge):
            request("GET", at(server), max_bytes=1_000_000)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
        tracemalloc.stop()

    @pytest.mark.parametrize(
        "packed",
        [gzip.compress(b"hello"), gzip.compress(b"hel") + gzip.compress(b"lo") + b"\0" * 20, b""],
    )
    def test_packed_answers_are_unpacked(self, serve, packed):
        server = serve(answer(packed, Content_Encoding="gzip"))
        assert request("GET", at(server)).body == (b"hello" if packed else b"")

    def test_a_large_one_goes_to_a_file(self, serve):
        server = serve(answer(b"x" * 300_000))
        file = io.BytesIO()

        assert request("GET", at(server), into=file).body == b""
        assert file.getvalue() == b"x" * 300_000

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"SSH-2.0-OpenSSH\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\nhello",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n",
            b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n",
            b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70_000 + b"\r\n\r\n",
            b"HTTP/1.1 103 Early Hints\r\n\r\n",
            b"HTTP/1.1 99999 X\r\n\r\n",
            answer(b"nonsense", Content_Encoding="gzip"),
            answer(gzip.compress(b"hello" * 1000)[:-9], Content_Encoding="gzip"),
            answer(b"hello", Content_Encoding="br"),
        ],
    )
    def test_what_is_broken_is_a_clear_error(self, serve, raw):
        with pytest.raises((BadAnswer, ConnectionFailed)):
            request("GET", at(serve(raw)))

    def test_head_has_no_body(self, serve):
        server = serve(answer(b"", Content_Length=10**9))
        assert request("HEAD", at(server)).body == b""


class TestWhatIsSent:
    @pytest.mark.parametrize(
        ("method", "headers"),
        [
            ("GET\r\nX: 1", {}),
            ("CONNECT", {}),
            ("get", {}),
            ("GET", {"X-A": "1\r\nX-B: 2"}),
            ("GET", {"X-A": "1\n2"}),
            ("GET", {"X A": "1"}),
            ("GET", {"X-A:": "1"}),
            ("GET", {"": "1"}),
            ("GET", {"X-A": "✓"}),
            ("GET", {"Host": "other"}),
            ("GET", {"content-length": "5"}),
            ("POST", {"Transfer-Encoding": "chunked"}),
        ],
    )
    def test_nothing_can_be_smuggled_into_it(self, serve, method, headers):
        server = serve(answer())
        with pytest.raises(InvalidRequest):
            request(method, at(server), headers=headers)
        assert not server.requests

    @pytest.mark.parametrize(
        "options",
        [
            {"traceparent": "00-x"},
            {"traceparent": f"00-{'0' * 32}-{'b' * 16}-01"},
            {"json": 1, "body": b"1"},
        ],
    )
    def test_what_contradicts_itself_is_refused(self, serve, options):
        with pytest.raises(InvalidRequest):
            request("POST", at(serve(answer())), **options)


def test_text_is_read_in_its_own_charset(serve):
    latin = serve(answer("ä".encode("latin-1"), Content_Type="text/plain; charset=latin-1"))
    unknown = serve(answer("ä".encode(), Content_Type="text/plain; charset=klingon"))

    assert request("GET", at(latin)).text == request("GET", at(unknown)).text == "ä"
    with pytest.raises(BadAnswer):
        request("GET", at(latin)).json()
