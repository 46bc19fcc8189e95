"""A stack of its own, started as `make stack` starts it."""

import contextlib
import json
import os
import re
import shlex
import signal
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import _process
import demo
import pytest
from _stack import processes

ROOT = Path(__file__).resolve().parents[3]
START_SECONDS = 400
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@dataclass
class Stack:
    """One that runs; ``lines`` is what it has said so far."""

    folder: Path
    process: subprocess.Popen
    lines: list[str] = field(default_factory=list)

    @property
    def ports(self):
        return json.loads((self.folder / "ports.json").read_text())

    @property
    def site(self):
        return f"https://localhost:{self.ports['https']}"

    def get(self, path, data=None, **headers):
        """The answer to a visitor."""
        trusting = ssl.create_default_context(cafile=str(self.folder / "localhost.pem"))
        headers = {"Accept": "text/html", "User-Agent": BROWSER, **headers}
        request = urllib.request.Request(f"{self.site}{path}", data=data, headers=headers)
        return urllib.request.urlopen(request, timeout=30, context=trusting)

    def prometheus(self, query):
        """The samples that a query finds now."""
        path = f"/api/v1/query?query={urllib.request.quote(query)}"
        url = f"http://127.0.0.1:{self.ports['prometheus']}{path}"
        with urllib.request.urlopen(url, timeout=30) as answer:
            return json.load(answer)["data"]["result"]

    def prometheus_answers(self):
        try:
            return self.prometheus('up{job="site"} == 1')
        except OSError:
            return []

    def is_ready(self):
        try:
            return self.get("/health/ready").status == 200
        except OSError:
            return False

    def database(self, port=""):
        """The URL of the primary, or of what listens on another port of ``ports``."""
        kept = (self.folder / "environment").read_text()
        url = urlsplit(re.search(r"^export DATABASE_URL='?([^'\n]+)", kept, re.MULTILINE)[1])
        here = self.ports[port] if port else url.port
        return urlunsplit(url._replace(netloc=f"{url.username}:{url.password}@127.0.0.1:{here}"))

    def manage(self, *arguments):
        """Run a management command as an operator would, with the stack's own environment."""
        command = shlex.join([sys.executable, "manage.py", *arguments])
        done = subprocess.run(
            ["sh", "-c", f". {self.folder}/environment && {command}"],
            cwd=ROOT / "example_project",
            env=demo.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert not done.returncode, done.stderr
        return done.stdout

    @contextlib.contextmanager
    def editor(self):
        """``ask(do, **arguments)``: what editor.py answers, in one process for the whole block."""
        script = Path(__file__).parent / "editor.py"
        command = shlex.join([sys.executable, str(script)])
        process = subprocess.Popen(
            ["sh", "-c", f". {self.folder}/environment && exec {command}"],
            cwd=ROOT / "example_project",
            env={**demo.environment(), "LOG_FILE": str(self.folder / "log" / "editor.log")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=_process.die_with_parent,
        )

        def ask(do, **arguments):
            process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
            assert line, f"the editor died of {do}"
            return json.loads(line)

        try:
            yield ask
        finally:
            process.stdin.close()
            process.wait(30)
            process.stdout.close()

    def shown_after(self, title, paths, *, seconds):
        """After how many seconds the last of ``paths`` has the title.

        Raises:
            AssertionError: some have it not in time.
        """
        started, missing = time.monotonic(), set(paths)
        while missing:
            assert time.monotonic() - started < seconds, f"{title} is not in {sorted(missing)}"
            for path in sorted(missing):
                with self.get(path) as answer:
                    if title in answer.read().decode():
                        missing.discard(path)
            time.sleep(0.05)
        return time.monotonic() - started

    def wait_until_ready(self):
        deadline = time.monotonic() + START_SECONDS
        while not any(line.startswith("ready:") for line in self.lines):
            assert self.process.poll() is None, "".join(self.lines[-40:])
            assert time.monotonic() < deadline, "".join(self.lines[-40:])
            time.sleep(0.2)

    def stop(self):
        """Ask it to end; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def processes_left(self):
        """Command lines of processes that still have to do with its folder."""
        listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
        return [line for line in listed.stdout.splitlines() if str(self.folder) in line]


@contextlib.contextmanager
def running_stack(folder, port):
    """One that is started for the block, and stopped after it."""
    command = [sys.executable, "-u", ROOT / "scripts" / "stack.py"]
    command += ["--folder", folder, "--port", str(port)]
    process = subprocess.Popen(
        command,
        env=demo.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=_process.die_with_parent,
    )
    stack = Stack(folder, process)
    reader = threading.Thread(target=lambda: stack.lines.extend(process.stdout), daemon=True)
    reader.start()
    try:
        stack.wait_until_ready()
        yield stack
    finally:
        if process.poll() is None:
            stack.stop()
        reader.join(10)
        process.stdout.close()


@pytest.fixture(scope="session")
def folder(find_program):
    """A folder that the account of the database gets into."""
    for package, name in processes.PACKAGES.items():
        find_program(name, package=package)
    with _process.workspace("mkt-stack-") as made:
        made.chmod(0o755)
        yield made


@pytest.fixture(scope="session")
def editor(stack):
    """``editor(do, **arguments)``: somebody who changes something, in another process."""
    with stack.editor() as ask:
        yield ask


@pytest.fixture(scope="session")
def stack(folder):
    """One for all tests; MKT_STACK names the folder of one that runs already, to look at while writing a test."""
    if running := os.environ.get("MKT_STACK"):
        yield Stack(Path(running), None)
        return
    with running_stack(folder, _process.free_port()) as started:
        yield started
