"""What dead workers have counted stays, exactly once, wherever the process that merges is killed."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from prometheus_client.mmap_dict import mmap_key

from mkt_monitoring.multiprocess import archive
from mkt_monitoring.multiprocess.files import metrics_files
from mkt_monitoring.multiprocess.reading import AllWorkers
from mkt_monitoring.multiprocess.values import ValueFile

# Numbers that no process can have.
DEAD = [50_000_001, 50_000_002, 50_000_003]

MERGE_AND_DIE = """
import os, pathlib, signal, sys
from mkt_monitoring.multiprocess import archive
step, number = sys.argv[2], int(sys.argv[3])
def passed(name, seen=[]):
    if name == step:
        seen.append(name)
        if len(seen) == number:
            os.kill(os.getpid(), signal.SIGKILL)
archive.passed = passed
archive.merge_dead(pathlib.Path(sys.argv[1]))
"""


def key(name, sample=None, **labels):
    return mmap_key(name, sample or f"{name}_total", list(labels), list(labels.values()), "Help.")


def write(directory, kind, pid, values, timestamp=0.0):
    file = ValueFile(directory / f"{kind}_mkt-{pid}.db")
    for one, value in values.items():
        position = file.position(one)
        file.data[position : position + 16] = archive_value(value, timestamp)
    file.close()


def archive_value(value, timestamp):
    import struct

    return struct.pack("dd", value, timestamp)


def read(directory):
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in AllWorkers(directory).collect()
        for sample in family.samples
    }


def a_histogram(counts):
    buckets = {key("h", "h_bucket", route="/", le=bound): value for bound, value in counts.items()}
    return {**buckets, key("h", "h_sum", route="/"): 7.5}


@pytest.fixture
def dead_workers(tmp_path):
    for number, pid in enumerate(DEAD, start=1):
        write(
            tmp_path, "counter", pid, {key("c", route="/a"): number, key("c", route=f"/{pid}"): 1}
        )
        write(tmp_path, "histogram", pid, a_histogram({"0.1": 1, "0.5": 2, "+Inf": 1}))
    write(tmp_path, "counter", os.getpid(), {key("c", route="/a"): 10})
    return tmp_path


def test_what_the_dead_have_counted_stays(dead_workers):
    before = read(dead_workers)

    assert archive.merge_dead(dead_workers) == 6

    assert before["c_total", "/a"] == 16
    assert before["h_bucket", "+Inf", "/"] == before["h_count", "/"] == 12
    assert before["h_bucket", "/", "0.5"] == 9 or before["h_bucket", "0.5", "/"] == 9
    assert before["h_sum", "/"] == 22.5
    assert read(dead_workers) == before
    assert sorted(os.listdir(dead_workers)) == [
        "archive.json",
        f"counter_mkt-{os.getpid()}.db",
        "lock",
    ]


@pytest.mark.parametrize(
    ("step", "number"),
    [
        *(("renamed", number) for number in (1, 4)),
        *((step, 1) for step in ("claimed", "written", "replaced")),
        *(("removed", number) for number in (1, 5)),
    ],
)
def test_killed_at_any_step_nothing_is_lost_or_counted_twice(dead_workers, step, number):
    before = read(dead_workers)

    killed = subprocess.run(
        [sys.executable, "-c", MERGE_AND_DIE, str(dead_workers), step, str(number)],
        timeout=60,
        check=False,
    )

    assert killed.returncode == -signal.SIGKILL
    assert read(dead_workers) == before
    # A worker with a number that was used before begins with nothing, and adds to it.
    write(dead_workers, "counter", DEAD[0], {key("c", route="/new"): 5})
    assert read(dead_workers)["c_total", "/new"] == 5
    archive.merge_dead(dead_workers)
    archive.merge_dead(dead_workers)
    assert read(dead_workers) == before | {("c_total", "/new"): 5}
    assert {file.pid for file in metrics_files(dead_workers)} == {os.getpid()}


def test_modes_of_gauges_are_kept(tmp_path):
    now = time.time()
    for number, pid in enumerate(DEAD, start=1):
        for mode in ("max", "min", "sum", "mostrecent", "livesum", "all"):
            write(tmp_path, f"gauge_{mode}", pid, {key(mode, mode): number}, timestamp=now - number)
    write(tmp_path, "gauge_livesum", os.getpid(), {key("livesum", "livesum"): 4})
    write(tmp_path, "gauge_all", os.getpid(), {key("all", "all"): 9})
    before = read(tmp_path)

    archive.merge_dead(tmp_path)

    assert read(tmp_path) == before
    assert before == {
        ("max",): 3,
        ("min",): 1,
        ("sum",): 6,
        ("mostrecent",): 1,
        ("livesum",): 4,
        ("all", str(os.getpid())): 9,
    }


def test_files_that_were_not_written_by_us_are_merged_as_well(tmp_path):
    from prometheus_client.mmap_dict import MmapedDict

    theirs = MmapedDict(str(tmp_path / f"counter_{DEAD[0]}.db"))
    theirs.write_value(key("c", route="/a"), 3.0, 0.0)
    theirs.close()

    archive.merge_dead(tmp_path)

    assert read(tmp_path) == {("c_total", "/a"): 3}


def test_a_full_disk_leaves_everything_as_it_was(dead_workers, monkeypatch, caplog):
    before = read(dead_workers)

    def full(self, directory):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive.Archive, "write", full)
    assert archive.merge_dead(dead_workers) == 0

    assert "No space left" in caplog.text
    assert read(dead_workers) == before
    monkeypatch.undo()
    archive.merge_dead(dead_workers)
    assert read(dead_workers) == before


def test_damage_costs_only_what_is_damaged(dead_workers, caplog):
    damaged = dead_workers / f"counter_mkt-{DEAD[0]}.db"
    data = bytearray(damaged.read_bytes())
    data[8:12] = b"\xff\xff\xff\x7f"
    damaged.write_bytes(data)
    (dead_workers / f"counter_mkt-{DEAD[1]}.db").write_bytes(b"")

    assert read(dead_workers)["c_total", "/a"] == 13

    archive.merge_dead(dead_workers)
    (dead_workers / "archive.json").write_text(json.dumps({"values": 1}))
    assert read(dead_workers) == {("c_total", "/a"): 10}
    assert "damaged" in caplog.text


class TestStartAfresh:
    def test_forgets_an_earlier_server(self, tmp_path):
        directory = tmp_path / "not" / "there"
        archive.start_afresh(directory)
        write(directory, "counter", DEAD[0], {key("c"): 1})
        archive.merge_dead(directory)
        write(directory, "counter", DEAD[1], {key("c"): 1})

        archive.start_afresh(directory)

        assert read(directory) == {}

    def test_keeps_everything_while_the_earlier_server_runs(self, tmp_path):
        write(tmp_path, "counter", DEAD[0], {key("c"): 1})
        # Our parent lives.
        write(tmp_path, "counter", os.getppid(), {key("c"): 1})

        archive.start_afresh(tmp_path)

        assert read(tmp_path) == {("c_total",): 2}
