import json
import logging
import os
import stat
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from mkt_core.logging import JsonFormatter, SafeFileHandler, SafeStreamHandler, TextFormatter
from mkt_core.logging.handlers import log_unhandled_errors

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full (Linux)")


@pytest.fixture
def logger():
    one = logging.getLogger("tests.handlers")
    one.propagate = False
    one.setLevel(logging.INFO)
    yield one
    for handler in one.handlers[:]:
        one.removeHandler(handler)
        handler.close()


def attach(logger, handler):
    handler.setFormatter(JsonFormatter())
    logger.addHandler(handler)
    return handler


def messages(path):
    return [json.loads(line)["message"] for line in path.read_text().splitlines() if line]


class TestFullDisk:
    def test_loses_lines_and_says_nothing(self, logger, capfd):
        handler = attach(logger, SafeFileHandler("/dev/full"))

        for _ in range(100):
            logger.info("hello")

        assert handler.lost_total == 100
        assert capfd.readouterr() == ("", "")

    def test_what_was_lost_is_told_once_there_is_room(self, logger, tmp_path):
        path = tmp_path / "app.log"
        path.symlink_to("/dev/full")
        attach(logger, SafeFileHandler(path))
        for _ in range(3):
            logger.info("lost")

        path.unlink()
        logger.info("one")
        logger.info("two")

        assert messages(path) == [
            "one",
            "3 log lines could not be written: OSError: [Errno 28] No space left on device",
            "two",
        ]

    def test_lines_that_were_lost_do_not_come_later(self, logger, tmp_path):
        # Python keeps what it could not write, and would try again with each line.
        path = tmp_path / "app.log"
        path.symlink_to("/dev/full")
        attach(logger, SafeFileHandler(path))
        logger.info("lost")
        path.unlink()

        logger.info("one")

        assert messages(path)[0] == "one"

    def test_page_is_served(self, logger, client, settings):
        attach(logger, SafeFileHandler("/dev/full"))
        settings.MIDDLEWARE = [
            settings.MIDDLEWARE[0],
            "mkt_core.logging.access.AccessLogMiddleware",
            *settings.MIDDLEWARE[1:],
        ]
        access = logging.getLogger("mkt_core.access")
        handler = attach(access, SafeFileHandler("/dev/full"))
        access.setLevel(logging.INFO)
        try:
            assert client.get("/whoami/").status_code == 200
        finally:
            access.removeHandler(handler)
            access.setLevel(logging.NOTSET)

        assert handler.lost_total == 1


class TestFile:
    def test_is_made_by_the_first_line(self, logger, tmp_path):
        path = tmp_path / "app.log"
        attach(logger, SafeFileHandler(path))
        assert not path.exists()

        logger.info("hello")

        assert messages(path) == ["hello"]

    def test_others_cannot_read_it(self, logger, tmp_path):
        path = tmp_path / "app.log"
        before = os.umask(0)
        try:
            attach(logger, SafeFileHandler(path))
            logger.info("hello")
        finally:
            os.umask(before)

        assert stat.S_IMODE(path.stat().st_mode) == 0o640

    def test_rotation(self, logger, tmp_path):
        path = tmp_path / "app.log"
        attach(logger, SafeFileHandler(path))
        logger.info("one")
        path.rename(tmp_path / "app.log.1")
        logger.info("two")

        assert (messages(tmp_path / "app.log.1"), messages(path)) == (["one"], ["two"])

    def test_directory_that_is_not_there(self, logger, tmp_path):
        path = tmp_path / "logs" / "app.log"
        handler = attach(logger, SafeFileHandler(path))
        logger.info("lost")
        path.parent.mkdir()
        logger.info("one")

        assert handler.lost_total == 1
        assert messages(path)[0] == "one"


class TestStream:
    def test_reader_that_has_gone(self, logger, capfd):
        reading, writing = os.pipe()
        os.close(reading)
        stream = os.fdopen(writing, "w")
        handler = attach(logger, SafeStreamHandler(stream))

        logger.info("hello")

        assert handler.lost_total == 1
        with pytest.raises(BrokenPipeError):
            stream.close()
        assert capfd.readouterr() == ("", "")

    def test_stream_that_is_closed(self, logger, tmp_path, capfd):
        with (tmp_path / "x").open("w") as stream:
            handler = attach(logger, SafeStreamHandler(stream))

        logger.info("hello")

        assert handler.lost_total == 1
        assert capfd.readouterr() == ("", "")

    def test_whole_process_with_a_full_standard_error(self):
        code = """
            import logging.config
            from mkt_core.logging import config
            logging.config.dictConfig(config())
            logging.getLogger("shop").info("hello")
            print("still here", flush=True)
        """
        with open("/dev/full", "w") as full:
            done = subprocess.run(
                [sys.executable, "-c", textwrap.dedent(code)],
                stdout=subprocess.PIPE,
                stderr=full,
                text=True,
                check=False,
            )

        assert done.stdout == "still here\n"


class TestText:
    def line(self, message, **kwargs):
        record = logging.makeLogRecord(
            {"msg": message, "name": "shop", "levelname": "INFO", **kwargs}
        )
        return TextFormatter("%(asctime)s %(levelname)s %(message)s").format(record)

    def test_time_is_utc(self):
        assert self.line("x", created=1_000_000_000.0, msecs=42.0).startswith(
            "2001-09-09T01:46:40.042Z INFO"
        )

    @pytest.mark.parametrize(
        "evil", ["\n", "\r", "\x1b[31m", "\x00", "\x85", "\u2028", "\u202e", "\ud800"]
    )
    def test_one_line_and_no_control_characters(self, evil):
        line = self.line(f"a{evil}b")

        assert line.endswith(f"a{ascii(evil)[1:-1]}b".replace("\\x1b[31m", "\\x1b[31m"))
        assert line.encode()

    def test_letters_stay_letters(self):
        assert self.line("Grüße, 你好 😀").endswith("Grüße, 你好 😀")

    def test_stack_traces_are_indented(self):
        try:
            raise ValueError("x\nforged line")
        except ValueError:
            line = self.line("failed", exc_info=sys.exc_info())

        first, *others = line.splitlines()
        assert first.endswith("failed")
        assert others[0] == "    Traceback (most recent call last):"
        assert all(one.startswith("    ") for one in others)

    def test_error_that_cannot_be_shown(self):
        class Broken(TextFormatter):
            def formatException(self, ei):
                raise RuntimeError

        info = (ValueError, ValueError("x"), None)
        record = logging.makeLogRecord({"msg": "failed", "exc_info": info})

        assert Broken("%(message)s").format(record) == "failed\n    <no stack trace: RuntimeError>"

    def test_arguments_that_do_not_fit(self):
        assert self.line("%d items", args=("many",)).endswith("'%d items' % ('many',)")


class TestUnhandled:
    @pytest.fixture
    def hooks(self):
        before = sys.excepthook, threading.excepthook
        log_unhandled_errors()
        yield
        sys.excepthook, threading.excepthook = before

    @pytest.mark.usefixtures("hooks")
    def test_error_that_ends_a_thread_is_a_line(self, lines):
        def fail():
            raise ValueError("password=hunter2")

        thread = threading.Thread(target=fail, name="worker")
        thread.start()
        thread.join()

        line = lines.one("mkt_core.unhandled")
        assert line["message"] == "The thread worker ends by an error"
        assert line["error.type"] == "ValueError"
        assert line["error.message"] == "password=[redacted]"

    @pytest.mark.usefixtures("hooks")
    def test_error_that_ends_the_process_is_a_line(self, lines):
        error = ValueError("x")

        sys.excepthook(ValueError, error, None)

        assert lines.one("mkt_core.unhandled")["log.level"] == "critical"

    @pytest.mark.usefixtures("hooks")
    def test_interruption_is_none(self, lines, capsys):
        sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)

        assert lines.all("mkt_core.unhandled") == []
        assert "KeyboardInterrupt" in capsys.readouterr().err
