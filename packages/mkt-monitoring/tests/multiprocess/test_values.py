"""Numbers of a process in its files: after a fork, on a full disk, and when there is space again."""

import os
import resource
import subprocess
import sys

SCRIPT = """
import os, resource, sys, time
from prometheus_client import Gauge
from mkt_monitoring.multiprocess import values
values.install()
from mkt_monitoring._bounded import BoundedCounter, BoundedHistogram
from mkt_monitoring.multiprocess.reading import AllWorkers
import pathlib
directory = pathlib.Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
def read():
    return {(s.name, *s.labels.values()): s.value for f in AllWorkers(directory).collect() for s in f.samples}
drops = BoundedCounter(values.DROPPED + "_total", "Lost.", ["reason"])
drops.labels("storage")
many = BoundedCounter("many_total", "Many.", ["number"])
"""

FORK = (
    SCRIPT
    + """
many.labels("1").inc(2)
busy = Gauge("busy", "Busy.", multiprocess_mode="livesum")
busy.set(1)
child = os.fork()
if child == 0:
    many.labels("1").inc(3)
    many.labels("2").inc()
    busy.inc()
    assert read()["busy",] == 2
    os._exit(0)
os.waitpid(child, 0)
many.labels("1").inc()
assert read()["many_total", "1"] == 6, read()
assert read()["many_total", "2"] == 1
assert read()["busy",] == 1
"""
)

FULL = (
    SCRIPT
    + """
# Nothing may grow beyond what is reserved at first: as on a full disk.
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, resource.RLIM_INFINITY))
for number in range(1000):
    many.labels(str(number)).inc()
    many.labels(str(number)).inc()
kept = read()
of_many = {key: value for key, value in kept.items() if key[0] == "many_total"}
assert 100 < len(of_many) < 1000
assert set(of_many.values()) == {2}
assert kept[values.DROPPED + "_total", "storage"] == 2000 - 2 * len(of_many), kept
# Kinds of which there is no file yet, too.
resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
values._process.retry_at = 0
histogram = BoundedHistogram("h", "Times.", buckets=[1, 2])
histogram.observe(1.5)
assert read()[values.DROPPED + "_total", "storage"] == 2000 - 2 * len(of_many) + 1
# There is space again.
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
values._process.retry_at = 0
many.labels("999").inc()
histogram.observe(1.5)
assert read()["many_total", "999"] == 1
assert read()["h_count",] == 1
"""
)


def run(script, directory):
    finished = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        env=os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(directory)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr


def test_a_forked_process_counts_for_itself(tmp_path):
    run(FORK, tmp_path)


def test_a_full_disk_costs_only_what_has_no_place(tmp_path):
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY

    run(FULL, tmp_path)
