"""What tells Prometheus of the servers: one exporter each for the machine, PostgreSQL, Redis and nginx."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import debian

from .layout import Layout, Ports
from .process import Process

COLLECTORS = ("cpu", "diskstats", "filesystem", "loadavg", "meminfo", "netdev", "vmstat")


def all_of_them(
    layout: Layout,
    ports: Ports,
    found: Mapping[str, debian.Program],
    environment: Mapping[str, str],
) -> list[Process]:
    """``environment`` is that of the site: it has the addresses of the databases."""

    def exporter(name: str, port: int, *options: str, **variables: str) -> Process:
        program = found[f"prometheus-{name}-exporter"]
        address = f"{dashes[name]}web.listen-address=127.0.0.1:{port}"
        command: list[str | Path] = [program.path, address, *options]
        return Process(f"{name}_exporter", command, layout, {**program.environment, **variables})

    # Two of the four are written with Go's own flags.
    dashes = {"node": "--", "postgres": "--", "redis": "-", "nginx": "-"}
    quiet = "--log.level=error"
    return [
        # What rules and dashboards ask for; the others look for systemd, sensors and folders that need not be there.
        exporter(
            "node",
            ports.node_exporter,
            quiet,
            "--collector.disable-defaults",
            *(f"--collector.{name}" for name in COLLECTORS),
        ),
        exporter(
            "postgres", ports.postgres_exporter, quiet, DATA_SOURCE_NAME=environment["DATABASE_URL"]
        ),
        exporter("redis", ports.redis_exporter, REDIS_ADDR=environment["REDIS_URL"]),
        exporter(
            "nginx",
            ports.nginx_exporter,
            f"-nginx.scrape-uri=http://127.0.0.1:{ports.nginx_status}/nginx_status",
        ),
    ]


def targets(ports: Ports) -> dict[str, int]:
    """The port of each job."""
    return {
        "node": ports.node_exporter,
        "postgresql": ports.postgres_exporter,
        "redis": ports.redis_exporter,
        "nginx": ports.nginx_exporter,
    }
