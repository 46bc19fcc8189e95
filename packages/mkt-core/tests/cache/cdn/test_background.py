"""Without a queue: who changes something never waits, and what a CDN was not told is told once it is back."""

import logging
import os
import threading
import time
import warnings

import pytest
from django.db import transaction

from mkt_core.cache import purge
from mkt_core.cache.cdn import background, channel, reports
from mkt_core.cache.cdn import purge as purges
from mkt_core.cache.cdn.base import TagBackend
from mkt_core.cache.cdn.purge import Purge
from mkt_core.cache.purging import deliver

from ..store.servers import eventually
from .conftest import TOKEN, cloudflare, fastly, varnish
from .test_backends import YES


def keys(cdn):
    return [set(request.headers["Surrogate-Key"].split()) for request in cdn.requests]


def test_every_cdn_is_told_of_a_change(make_cdn, configure):
    cdns = make_cdn(), make_cdn(YES), make_cdn()
    configure(fastly=fastly(cdns[0]), cloudflare=cloudflare(cdns[1]), varnish=varnish(cdns[2]))

    deliver({"page:7"})

    assert background.flush(5)
    assert [len(cdn.requests) for cdn in cdns] == [1, 1, 1]


def test_nothing_is_sent_without_a_cdn(settings):
    settings.MKT_CORE = {}

    deliver({"page:7"})

    assert background.waiting() == {}


@pytest.mark.usefixtures("autocommit")
class TestTransactions:
    def test_nothing_before_the_commit(self, make_cdn, configure):
        configure(fastly=fastly(cdn := make_cdn()))

        with transaction.atomic():
            purge("page:7")
            assert background.waiting() == {}

        assert background.flush(5)
        assert keys(cdn) == [{"page:7"}]

    def test_nothing_after_a_rollback(self, make_cdn, configure):
        configure(fastly=fastly(cdn := make_cdn()))

        with transaction.atomic():
            purge("page:7")
            transaction.set_rollback(True)

        assert background.waiting() == {}
        assert cdn.requests == []


class TestOutage:
    @pytest.mark.parametrize("trouble", [500, 429, 503, "hang"])
    def test_told_once_when_it_is_back(self, trouble, make_cdn, configure, told):
        configure(fastly=fastly(cdn := make_cdn(trouble, trouble, 200)))

        deliver({"page:7"})

        assert background.flush(5)
        assert cdn.wait_for(3)
        assert keys(cdn) == [{"page:7"}] * 3
        assert [what for what, _ in told] == ["failed", "failed", "sent"]
        assert reports.statistics() == {"fastly": {"failed": 2, "sent": 1}}

    def test_nobody_waits_for_one_that_hangs(self, make_cdn, configure):
        configure(fastly=fastly(make_cdn("hang")), CACHE_CDN_TIMEOUT_SECONDS=5.0)
        started = time.monotonic()

        for n in range(50):
            deliver({f"page:{n}"})

        assert time.monotonic() - started < 0.5

    def test_one_that_hangs_holds_up_no_other(self, make_cdn, configure):
        well = make_cdn()
        configure(bad=fastly(make_cdn("hang")), good=fastly(well), CACHE_CDN_TIMEOUT_SECONDS=5.0)

        deliver({"page:7"})

        assert well.wait_for(1, seconds=2)

    def test_what_changes_meanwhile_goes_with_it(self, make_cdn, configure):
        configure(fastly=fastly(cdn := make_cdn(503, 200)))
        deliver({"page:1"})
        assert cdn.wait_for(1)

        deliver({"page:2"})
        deliver({"page:3"})

        assert background.flush(5)
        assert keys(cdn) == [{"page:1"}, {"page:1", "page:2", "page:3"}]

    def test_waits_as_long_as_it_is_asked_to(self, make_cdn, configure, told):
        configure(fastly=fastly(make_cdn((429, {"Retry-After": "60"}, b""), 200)))

        deliver({"page:7"})

        assert eventually(lambda: told)
        assert told[0][1]["delay_seconds"] == 60
        assert not background.flush(0.3)

    def test_a_no_is_final_and_told(self, make_cdn, configure, told, caplog):
        configure(fastly=fastly(cdn := make_cdn(403)))

        deliver({"page:7"})

        assert background.flush(5)
        assert eventually(lambda: told)
        [(what, values)] = told
        assert (what, values["name"], values["reason"]) == ("dropped", "fastly", "refused")
        assert values["tags"] == {"page:7"}
        assert len(cdn.requests) == 1
        assert reports.statistics() == {"fastly": {"dropped": 1}}
        assert "fastly will not be told to purge 1 tags: refused (HTTP 403)" in caplog.text

    def test_an_error_in_a_backend_of_the_site_is_tried_again(self, configure, monkeypatch, told):
        monkeypatch.setattr(Clumsy, "errors", 2)
        configure(own={"BACKEND": f"{__name__}.Clumsy"})

        deliver({"page:7"})

        assert background.flush(5)
        assert eventually(lambda: len(told) == 3)
        assert [what for what, _ in told] == ["failed", "failed", "sent"]

    def test_a_receiver_of_signals_that_fails_changes_nothing(self, make_cdn, configure):
        from mkt_core.signals import cdn_purged

        def broken(**kwargs):
            raise RuntimeError

        configure(fastly=fastly(cdn := make_cdn()))
        cdn_purged.connect(broken)
        try:
            deliver({"page:1"})
            assert background.flush(5)
        finally:
            cdn_purged.disconnect(broken)

        deliver({"page:2"})

        assert cdn.wait_for(2)


class Clumsy(TagBackend):
    errors = 0

    def purge_tags(self, tags):
        if Clumsy.errors:
            Clumsy.errors -= 1
            raise RuntimeError(f"the token was {TOKEN}")


class TestCondensing:
    def test_what_comes_together_goes_together(self, make_cdn, configure, monkeypatch):
        monkeypatch.setattr(channel, "GATHER_SECONDS", 0.5)
        configure(fastly=fastly(cdn := make_cdn()))

        for n in range(3):
            deliver({f"page:{n}"})
            time.sleep(0.02)

        assert background.flush(5)
        assert keys(cdn) == [{"page:0", "page:1", "page:2"}]

    def test_there_is_a_pause_between_two_calls(self, make_cdn, configure, monkeypatch):
        monkeypatch.setattr(channel, "PAUSE_SECONDS", 0.3)
        configure(fastly=fastly(cdn := make_cdn()))
        deliver({"page:1"})
        assert background.flush(5)
        started = time.monotonic()

        deliver({"page:2"})

        assert background.flush(5)
        assert time.monotonic() - started > 0.2
        assert len(cdn.requests) == 2

    def test_epoch_means_everything(self, make_cdn, configure):
        configure(fastly=fastly(cdn := make_cdn()))

        deliver({"page:1", "epoch"})

        assert background.flush(5)
        assert [request.path.rpartition("/")[2] for request in cdn.requests] == ["purge_all"]

    def test_too_many_tags_mean_everything(self, make_cdn, configure):
        configure(fastly=fastly(cdn := make_cdn()), CACHE_CDN_MAX_TAGS=10)

        deliver({f"page:{n}" for n in range(11)})

        assert background.flush(5)
        assert [request.path.rpartition("/")[2] for request in cdn.requests] == ["purge_all"]

    def test_an_outage_takes_no_more_memory_than_that(self, make_cdn, configure):
        configure(fastly=fastly(cdn := make_cdn(503, 200)), CACHE_CDN_MAX_TAGS=10)
        deliver({"page:0"})
        assert cdn.wait_for(1)

        for n in range(100):
            deliver({f"page:{n}"})

        assert background.waiting()["fastly"].tags == frozenset()
        assert background.flush(5)
        assert cdn.requests[-1].path.endswith("/purge_all")

    def test_too_many_urls_are_dropped_and_told(self, monkeypatch, told):
        monkeypatch.setattr(channel, "MOST_URLS", 3)
        monkeypatch.setattr(channel, "GATHER_SECONDS", 60)
        waiting = channel.Channel("urls")

        waiting.add(Purge(urls=frozenset(f"/{n}/" for n in range(5))))

        [(what, values)] = told
        assert (what, values["reason"], values["urls"]) == ("dropped", "full", {"/3/", "/4/"})
        assert len(waiting.waiting.urls) == 3
        waiting.close(0)


class TestThreads:
    def test_there_are_none_when_there_is_nothing_to_tell(self, make_cdn, configure):
        configure(fastly=fastly(make_cdn()))

        deliver({"page:7"})

        assert background.flush(5)
        assert eventually(lambda: not named_threads())

    def test_they_leave_no_connection_to_the_database(self, configure, monkeypatch):
        closed = []
        monkeypatch.setattr(channel.connections, "close_all", lambda: closed.append(1))
        configure(own={"BACKEND": f"{__name__}.Clumsy"})

        deliver({"page:7"})

        assert eventually(lambda: closed)

    def test_there_is_one_for_each_cdn_however_much_changes(self, make_cdn, configure):
        configure(a=fastly(make_cdn("hang")), b=fastly(make_cdn("hang")))

        for n in range(20):
            deliver({f"page:{n}"})

        assert sorted(named_threads()) == ["purges for a", "purges for b"]

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
    def test_a_fork_leaves_what_waits_to_the_first_process(self, make_cdn, configure, monkeypatch):
        monkeypatch.setattr(channel, "GATHER_SECONDS", 0.3)
        configure(fastly=fastly(cdn := make_cdn()))
        deliver({"page:7"})

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pid = os.fork()
        if not pid:
            inherited = background.waiting()
            deliver({"page:8"})
            os._exit(0 if not inherited and background.flush(5) else 1)

        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        assert background.flush(5)
        assert sorted(map(sorted, keys(cdn))) == [["page:7"], ["page:8"]]


def named_threads():
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("purges for")]


@pytest.mark.parametrize("script", [(200,), (503, 200), (403,), ("hang", 200)])
def test_no_secret_is_logged(script, make_cdn, configure, monkeypatch, caplog):
    monkeypatch.setattr(Clumsy, "errors", 1)
    answers = [YES if answer == 200 else answer for answer in script]
    configure(
        fastly=fastly(make_cdn(*script)),
        cloudflare=cloudflare(make_cdn(*answers)),
        varnish=varnish(make_cdn(*script), HEADERS={"X-Token": TOKEN}),
        own={"BACKEND": f"{__name__}.Clumsy"},
    )

    with caplog.at_level(logging.DEBUG):
        deliver({"page:7"})
        assert background.flush(5)
        assert eventually(lambda: len(caplog.records) >= 4)

    formatter = logging.Formatter("%(message)s")
    assert not [line for line in map(formatter.format, caplog.records) if TOKEN in line]


class TestEnd:
    def test_one_last_attempt_is_made_at_once(self, make_cdn, configure, monkeypatch):
        monkeypatch.setattr(channel, "GATHER_SECONDS", 60)
        configure(fastly=fastly(cdn := make_cdn()))
        deliver({"page:7"})

        background.close(2)

        assert keys(cdn) == [{"page:7"}]

    def test_what_cannot_be_told_any_more_is_counted(self, make_cdn, configure, told):
        configure(fastly=fastly(make_cdn(503)))
        deliver({"page:7"})
        eventually(lambda: told)

        background.close(2)

        assert told[-1][0] == "dropped"
        assert told[-1][1]["reason"] == "exit"
        assert reports.statistics()["fastly"]["dropped"] == 1

    def test_takes_no_longer_than_allowed(self, make_cdn, configure, told):
        configure(
            a=fastly(make_cdn("hang")), b=fastly(make_cdn("hang")), CACHE_CDN_TIMEOUT_SECONDS=5.0
        )
        deliver({"page:7"})
        started = time.monotonic()

        background.close(0.2)

        assert time.monotonic() - started < 1
        assert sorted(values["name"] for _, values in told) == ["a", "b"]
        assert {values["reason"] for _, values in told} == {"exit"}

    def test_without_a_thread_it_is_sent_on_the_spot(self, make_cdn, configure, monkeypatch):
        def refuse(thread):
            raise RuntimeError("can't create new thread at interpreter shutdown")

        configure(fastly=fastly(cdn := make_cdn()))
        with monkeypatch.context() as shutdown:
            shutdown.setattr(channel.Thread, "start", refuse)
            deliver({"page:7"})

        background.close(2)

        assert keys(cdn) == [{"page:7"}]


def test_a_purge_reads_well():
    assert str(Purge(tags=frozenset("ab"), urls=frozenset("c"))) == "2 tags and 1 URLs"
    assert str(Purge(everything=True)) == "everything"
    assert str(Purge()) == "nothing"
    assert not Purge()
    assert purges.MOST_URLS == 10_000
