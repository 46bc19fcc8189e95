"""What runs: every process of the stack but the primary and Redis, in the hands of honcho."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import _debian_share
import debian
import demo
from _process import ServiceError

from . import configuration, databases, exporters
from .layout import Layout, Ports
from .process import Process

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "example_project"
#: What a container of the site starts with.
START = SITE / "deploy" / "containers" / "start.sh"
#: Debian's packages of what does not come from the package index: the program of each.
PACKAGES = {
    "nginx-light": "nginx",
    "pgbouncer": "pgbouncer",
    "prometheus": "prometheus",
    "prometheus-alertmanager": "prometheus-alertmanager",
    "prometheus-node-exporter": "prometheus-node-exporter",
    "prometheus-postgres-exporter": "prometheus-postgres-exporter",
    "prometheus-redis-exporter": "prometheus-redis-exporter",
    "prometheus-nginx-exporter": "prometheus-nginx-exporter",
}
# honcho kills what has not ended after five seconds.
GRACEFUL_SECONDS = 4


def programs() -> dict[str, debian.Program]:
    """All of ``PACKAGES``, by the name of the program.

    Raises:
        ServiceError: some are missing; the text has the command that brings all of them.
    """
    found, missing = {}, []
    for package, name in PACKAGES.items():
        try:
            found[name] = debian.program(name, package)
        except debian.MissingProgramError:
            missing.append(package)
    if missing:
        raise ServiceError(
            f"Not on this machine: {' '.join(missing)}. Run 'apt-get install {' '.join(missing)}', or "
            f"'python scripts/debian.py {' '.join(missing)}', which only unpacks below .cache/debian."
        )
    return found


def site_environment(
    layout: Layout, ports: Ports, database_url: str, redis_url: str
) -> dict[str, str]:
    """What example.settings.production reads in a command: it goes to the primary itself, as migrations have to."""
    return {
        **demo.environment(),
        "DJANGO_SETTINGS_MODULE": "example.settings.production",
        "SECRET_KEY_FILE": str(layout.secret_key),
        "DATABASE_URL": f"{database_url}?sslmode=disable",
        "REDIS_URL": redis_url,
        # Prometheus and probes come by address.
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "CSRF_TRUSTED_ORIGINS": f"https://localhost:{ports.https}",
        "WAGTAILADMIN_BASE_URL": f"https://localhost:{ports.https}",
        "STATIC_ROOT": str(layout.static),
        "MEDIA_ROOT": str(layout.media),
        "METRICS_NETWORKS": "127.0.0.0/8",
        "EMAIL_URL": f"smtp://127.0.0.1:{ports.mail}",
        "EVENTS_SINK": "redis",
        "SEO_NOINDEX": "true",
    }


def all_of_them(
    layout: Layout,
    ports: Ports,
    found: Mapping[str, debian.Program],
    environment: Mapping[str, str],
    postgresql: Path,
) -> list[Process]:
    """In the order in which they are started; ``postgresql`` is the folder of its programs."""
    primary = databases.Primary.of(environment["DATABASE_URL"])
    site = {**environment, **databases.site_variables(primary, ports, os.environ)}
    return [
        databases.pgbouncer(layout, ports, found["pgbouncer"], primary),
        databases.replica(layout, ports, primary, postgresql),
        _mail(layout, ports),
        _web(1, ports.web_1, layout, site),
        _web(2, ports.web_2, layout, site),
        _tasks(layout, site),
        _events(layout, site),
        _scheduler(layout, site),
        _nginx(layout, ports, found["nginx"]),
        *exporters.all_of_them(layout, ports, found, environment),
        _alertmanager(layout, ports, found["prometheus-alertmanager"]),
        _prometheus(layout, ports, found["prometheus"]),
    ]


def _web(number: int, port: int, layout: Layout, environment: Mapping[str, str]) -> Process:
    own = {
        "WEB_BIND": f"127.0.0.1:{port}",
        "WEB_GRACEFUL_SECONDS": str(GRACEFUL_SECONDS),
        "METRICS_FOLDER": str(layout.state / f"metrics-{number}"),
        "WORKER_FOLDER": str(layout.state),
        # For `kill -HUP`: new workers with the code as it is now.
        "GUNICORN_CMD_ARGS": f"--pid {layout.state / f'web-{number}.pid'}",
    }
    return _site(f"web-{number}", "web", layout, {**environment, **own})


def _scheduler(layout: Layout, environment: Mapping[str, str]) -> Process:
    """What cron would do elsewhere."""
    return _site("scheduler", "scheduler", layout, environment)


def _tasks(layout: Layout, environment: Mapping[str, str]) -> Process:
    """What was put off until after the answer."""
    return _site("tasks", "tasks", layout, {**environment, "WORKER_NAME": "tasks-1"})


def _events(layout: Layout, environment: Mapping[str, str]) -> Process:
    """From the stream in Redis to the tables."""
    return _site("events", "events", layout, environment)


def _site(name: str, part: str, layout: Layout, environment: Mapping[str, str]) -> Process:
    """What a container of the site does, by the same script."""
    own = {**with_programs(environment), "LOG_FILE": str(layout.log / f"{name}.log")}
    return Process(name, [START, part], layout, own)


def with_programs(environment: Mapping[str, str]) -> dict[str, str]:
    """With the programs of this environment on PATH, which need not be activated."""
    path = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", "")])
    return {**environment, "PATH": path}


def _mail(layout: Layout, ports: Ports) -> Process:
    command: list[str | Path] = [sys.executable, "-m", "aiosmtpd", "--nosetuid"]
    command += ["--listen", f"127.0.0.1:{ports.mail}"]
    command += ["--class", "aiosmtpd.handlers.Mailbox", layout.mail / "received"]
    return Process("mail", command, layout, os.environ)


def _nginx(layout: Layout, ports: Ports, program: debian.Program) -> Process:
    main = configuration.nginx(layout, ports)
    command: list[str | Path] = [program.path, "-p", main.parent, "-c", main, "-e", "stderr"]
    return Process("nginx", command, layout, program.environment)


def _alertmanager(layout: Layout, ports: Ports, program: debian.Program) -> Process:
    return _watching(
        "alertmanager",
        layout,
        program,
        f"--config.file={configuration.alertmanager(layout, ports)}",
        f"--storage.path={layout.state / 'alertmanager'}",
        f"--web.listen-address=127.0.0.1:{ports.alertmanager}",
        # Alone: it looks for no others.
        "--cluster.listen-address=",
    )


def _prometheus(layout: Layout, ports: Ports, program: debian.Program) -> Process:
    return _watching(
        "prometheus",
        layout,
        program,
        f"--config.file={configuration.prometheus(layout, ports)}",
        f"--storage.tsdb.path={layout.state / 'prometheus'}",
        f"--web.listen-address=127.0.0.1:{ports.prometheus}",
    )


def _watching(name: str, layout: Layout, program: debian.Program, *options: str) -> Process:
    command = [*_debian_share.own_view(program), program.path, *options, "--log.level=warn"]
    return Process(name, command, layout, program.environment)
