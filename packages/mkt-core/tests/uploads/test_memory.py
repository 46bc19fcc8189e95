"""One process that meets all hostile and all good files."""

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import os, re
from pathlib import Path
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
import logging
logging.disable()
from django.core.files.storage import InMemoryStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from mkt_core.uploads import UploadRefused, guard
from tests.uploads import hostile

number = 0
for one in hostile.everything():
    number += 1
    try:
        guard.guarded(SimpleUploadedFile(one.filename, one.data), one.what, InMemoryStorage())
    except UploadRefused as refused:
        assert refused.code == one.fate, (one, refused.code)
    else:
        assert one.fate == "cleaned", one
# Not ru_maxrss, which begins with what the process that started this one had.
highest = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(number, int(highest[1]) // 1024)
"""


def test_stays_below_256_megabytes():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    number, megabytes = map(int, done.stdout.split())
    print(f"{number} files, {megabytes} MB at most")
    assert number >= 60
    assert megabytes <= 256
