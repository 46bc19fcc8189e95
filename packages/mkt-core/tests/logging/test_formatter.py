import json
import logging
import logging.config
import math
import re
import sys
from enum import IntEnum

import pytest
from django.test import RequestFactory

from mkt_core.logging import JsonFormatter, RequestIdFilter, config
from mkt_core.request_id import request_id_variable

from .conftest import sound


class Unspeakable:
    def __repr__(self):
        raise RuntimeError("no")


class UnspeakableError(Exception):
    def __str__(self):
        raise RuntimeError("no")


class Colour(IntEnum):
    RED = 3


@pytest.fixture
def inside_a_request():
    token = request_id_variable.set("abc")
    yield
    request_id_variable.reset(token)


def record(message="hello", *args, level=logging.INFO, exc_info=None, **extra):
    logger = logging.getLogger("shop.orders")
    return logger.makeRecord(
        logger.name, level, __file__, 7, message, args, exc_info, extra=extra or None
    )


def line(*args, **kwargs):
    text = JsonFormatter().format(record(*args, **kwargs))
    assert "\n" not in text
    assert text.isascii()
    return json.loads(text)


def raised(error):
    try:
        raise error
    except type(error):
        return sys.exc_info()


class TestFields:
    def test_ecs_names(self):
        fields = line("paid %s", 5, level=logging.WARNING)

        assert fields["message"] == "paid 5"
        assert fields["log.level"] == "warning"
        assert fields["log.logger"] == "shop.orders"
        assert fields["ecs.version"]
        assert "labels" not in fields

    def test_time_is_utc_with_milliseconds(self):
        one = record()
        one.created = 1_000_000_000.0429

        fields = json.loads(JsonFormatter().format(one))

        assert fields["@timestamp"] == "2001-09-09T01:46:40.042Z"

    def test_time_comes_first(self):
        # Readers of raw lines, and ECS, want the time first.
        assert JsonFormatter().format(record()).startswith('{"@timestamp":"2')

    def test_extra_fields_become_labels(self):
        labels = line(order=5, total=1.5, paid=True, who="Ann", note=None)["labels"]

        assert labels == {"order": 5, "total": 1.5, "paid": True, "who": "Ann", "note": None}

    def test_label_names_have_no_dots(self):
        assert line(**{"order.id": 5})["labels"] == {"order_id": 5}

    def test_no_name_stands_there_twice(self):
        request = RequestFactory().get("/")
        request.META["mkt.request_id"] = "abc"
        text = JsonFormatter(service="shop").format(
            record(
                request=request,
                request_id="def",
                **{"a.b": 1, "a_b": 2, "route": "x"},
                ecs={"message": "other", "service.name": "other", "http.request.id": "ghi"},
            )
        )

        fields = json.loads(text, object_pairs_hook=sound)
        assert fields["message"] == "hello"
        assert fields["service.name"] == "shop"

    def test_fields_of_a_subclass(self):
        class Ours(JsonFormatter):
            def fields(self, record):
                return {"host.name": "web1", "message": "not this"}

        fields = json.loads(Ours().format(record()), object_pairs_hook=sound)

        assert (fields["host.name"], fields["message"]) == ("web1", "hello")

    def test_error(self):
        fields = line("failed", exc_info=raised(ValueError("bad\nvalue")))

        assert fields["error.type"] == "ValueError"
        assert fields["error.message"] == "bad\nvalue"
        assert fields["error.stack_trace"].startswith("Traceback (most recent call last):\n")
        assert "raise error" in fields["error.stack_trace"]

    def test_error_of_a_library_has_its_full_name(self):
        fields = line("failed", exc_info=raised(json.JSONDecodeError("x", "", 0)))

        assert fields["error.type"] == "json.decoder.JSONDecodeError"

    def test_no_error_while_none_is_handled(self):
        assert "error.type" not in line(exc_info=(None, None, None))

    def test_stack_info(self):
        one = record()
        one.stack_info = "Stack (most recent call last):\n  here"

        assert json.loads(JsonFormatter().format(one))["error.stack_trace"].endswith("here")


class TestRequest:
    def test_request_on_the_record(self):
        request = RequestFactory().post("/pay/?token=s3cret", {"card": "4111-1111-2222"})
        request.META["mkt.request_id"] = "abc"

        one = record(request=request, status_code=404)
        text = JsonFormatter().format(one)
        fields = json.loads(text)

        assert fields["http.request.method"] == "POST"
        assert fields["url.path"] == "/pay/"
        assert fields["http.response.status_code"] == 404
        assert fields["http.request.id"] == "abc"
        assert "labels" not in fields
        assert "s3cret" not in text
        assert "4111-1111-2222" not in text

    def test_request_of_the_development_server_is_a_socket(self):
        fields = line(request=object(), server_time="now", status_code=200)

        assert fields["message"] == "hello"
        assert "url.path" not in fields
        assert "labels" not in fields

    @pytest.mark.usefixtures("inside_a_request")
    def test_id_of_the_current_request(self):
        assert line()["http.request.id"] == "abc"

    @pytest.mark.usefixtures("inside_a_request")
    def test_filter_carries_the_id_into_another_thread(self):
        one = record()
        RequestIdFilter().filter(one)
        token = request_id_variable.set(None)

        fields = json.loads(JsonFormatter().format(one))

        request_id_variable.reset(token)
        assert fields["http.request.id"] == "abc"
        assert "labels" not in fields

    def test_filter_gives_text_formats_a_dash_outside_of_requests(self):
        one = record()
        RequestIdFilter().filter(one)

        assert logging.Formatter("[%(request_id)s] %(message)s").format(one) == "[-] hello"
        assert "http.request.id" not in json.loads(JsonFormatter().format(one))

    def test_lines_logged_by_a_view_carry_the_id(self, client, caplog):
        caplog.set_level(logging.INFO, logger="tests.views")
        caplog.handler.setFormatter(JsonFormatter())

        response = client.get("/whoami/")

        [fields] = [json.loads(text) for text in caplog.text.splitlines() if "somebody" in text]
        assert fields["http.request.id"] == response.headers["X-Request-ID"]


class TestHostileValues:
    @pytest.mark.parametrize(
        ("value", "written"),
        [
            (object, "<class 'object'>"),
            ({"a": 1}, "{'a': 1}"),
            ([1, "2"], "[1, '2']"),
            (b"x", "b'x'"),
            (math.nan, "nan"),
            (math.inf, "inf"),
            (2**70, str(2**70)),
            (Colour.RED, "<Colour.RED: 3>"),
            (Unspeakable(), "<Unspeakable without a text form>"),
            pytest.param(10**5000, "<int without a text form>", id="huge"),
        ],
    )
    def test_label_becomes_text(self, value, written):
        assert line(thing=value)["labels"]["thing"] == written

    def test_value_that_contains_itself(self):
        loop = []
        loop.append(loop)

        assert line(thing=loop)["labels"]["thing"] == "[[...]]"

    @pytest.mark.parametrize(
        "evil", ["\n", "\r", "\x1b[31m", "\x00", "\x7f", "\x85", "\u2028", "\ud800"]
    )
    def test_control_characters_are_escaped(self, evil):
        text = JsonFormatter().format(record(f"a{evil}b", label=f"a{evil}b"))

        assert re.fullmatch(r"[\x20-\x7e]+", text)
        assert json.loads(text)["message"] == f"a{evil}b"

    def test_a_forged_line_stays_inside(self):
        fields = line('x\n{"log.level":"info","message":"all is well"}')

        assert fields["message"].startswith("x\n{")

    def test_arguments_that_do_not_fit(self):
        assert line("%d items", "many")["message"] == "'%d items' % ('many',)"

    def test_argument_that_cannot_be_written(self):
        assert line("%s", Unspeakable())["message"].startswith("'%s' % <")

    def test_error_that_cannot_be_written(self):
        fields = line(exc_info=raised(UnspeakableError()))

        assert fields["error.message"] == "<UnspeakableError without a text form>"

    def test_record_that_nobody_expected(self):
        fields = json.loads(JsonFormatter().format(logging.makeLogRecord({"exc_info": True})))

        assert fields["message"] == "A log record could not be formatted: TypeError"


class TestSize:
    @pytest.mark.parametrize("character", ["a", "\n", "ä", "😀"])
    def test_a_line_is_bounded_however_its_characters_are_escaped(self, character):
        text = JsonFormatter().format(
            record(
                character * 1_000_000,
                exc_info=raised(ValueError(character * 1_000_000)),
                **{f"{character * 100}{n}": character * 100_000 for n in range(100)},
            )
        )

        assert len(text) <= 32_768
        assert json.loads(text)["log.logger"] == "shop.orders"

    def test_beginning_and_end_are_kept(self):
        message = line("begin" + "x" * 100_000 + "end")["message"]

        assert message.startswith("beginx")
        assert message.endswith("xend")
        assert "characters" in message

    def test_limit_can_be_set(self):
        text = JsonFormatter(max_bytes=2000).format(record("x" * 100_000))

        assert 1000 < len(text) <= 2000

    def test_labels_go_when_nothing_else_helps(self):
        names = {f"{'x' * 60}{n}": 1 for n in range(30)}

        text = JsonFormatter(max_bytes=1000).format(record("hello", **names))

        assert len(text) <= 1000
        assert json.loads(text)["message"] == "hello"
        assert json.loads(text)["labels"] == {"dropped": 30}

    def test_labels_are_few(self):
        assert len(line(**{f"n{n}": n for n in range(100)})["labels"]) == 32

    def test_usual_records_are_complete(self):
        assert line("x" * 10_000)["message"] == "x" * 10_000


class TestConfig:
    def test_writes_json_of_all_loggers(self, capsys):
        loggers = [logging.getLogger(name) for name in ("", "django", "django.server")]
        before = [(one, one.handlers[:], one.level, one.propagate) for one in loggers]
        try:
            logging.config.dictConfig(config("WARNING"))
            logging.getLogger("shop").warning("one")
            logging.getLogger("django.request").error("two")
            logging.getLogger("django.server").error("three")
            logging.getLogger("shop").info("not this one")
        finally:
            for one, handlers, level, propagate in before:
                one.handlers[:], one.propagate = handlers, propagate
                one.setLevel(level)

        lines = [json.loads(text) for text in capsys.readouterr().err.splitlines()]
        assert [fields["message"] for fields in lines] == ["one", "two", "three"]
