"""What a log line costs: CPU time of one call of the logger, beside a plain text line and other JSON formatters.

    python benchmarks/log_lines.py [--rounds 31] [--lines 2000]

All variants run in one process, round by round in changing order, each with a handler that formats and throws away what
it got. CPU time is taken instead of wall time. Each figure is the median over the rounds of the ratio to the plain text
line ("%(asctime)s %(levelname)s %(name)s %(message)s", standard library) of the same round; "plain text (A/A)" is the
noise floor. Redaction is on, as it always is; the others have none.

Peers: python-json-logger, structlog (native, and as a formatter of the standard library's records), ecs-logging;
installed into a temporary folder, skipped when that fails.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from time import process_time

TARGET = 1.6
PEERS = ["python-json-logger>=4.2", "structlog>=26.1", "ecs-logging>=2.3"]

Call = Callable[[int], None]


class Nowhere:
    """A stream that costs as little as one can."""

    def write(self, text: str) -> None: ...

    def flush(self) -> None: ...


def logger_with(name: str, formatter: logging.Formatter) -> logging.Logger:
    handler = logging.StreamHandler(Nowhere())
    handler.setFormatter(formatter)
    logger = logging.getLogger(name)
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.INFO)
    return logger


def scenarios(logger: logging.Logger) -> dict[str, Call]:
    def plain(n: int) -> None:
        logger.info("Order %d of customer %s has been paid in %d parts", n, "A-77", 3)

    def with_signs(n: int) -> None:
        logger.info("Imported feed: %d rows, status=%s, at https://example.com/feed/%d", n, "ok", n)

    def secret(n: int) -> None:
        logger.info("Login at https://example.com/?user=ann&password=hunter%d failed", n)

    def labels(n: int) -> None:
        logger.info("Order paid", extra={"order": n, "customer": "A-77", "parts": 3})

    return {
        "a sentence with three values": plain,
        "one with '=' and ':', no secret": with_signs,
        "one with a password to take out": secret,
        "three fields in extra=": labels,
    }


def formatters() -> dict[str, logging.Formatter]:
    from mkt_core.logging import JsonFormatter

    text = "%(asctime)s %(levelname)s %(name)s %(message)s"
    found: dict[str, logging.Formatter] = {
        "plain text": logging.Formatter(text),
        "plain text (A/A)": logging.Formatter(text),
        "mkt_core": JsonFormatter(),
    }
    if has("pythonjsonlogger"):
        from pythonjsonlogger.json import JsonFormatter as Peer

        found["python-json-logger"] = Peer(text)
    if has("structlog"):
        import structlog

        found["structlog, as a formatter"] = structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_logger_name,
                structlog.stdlib.add_log_level,
                structlog.stdlib.ExtraAdder(),
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    if has("ecs_logging"):
        import ecs_logging

        found["ecs-logging"] = ecs_logging.StdlibFormatter()
    return found


def structlog_native() -> dict[str, Call]:
    """structlog without the standard library's logging: it takes fields, and does not format messages."""
    import structlog

    logger = structlog.wrap_logger(
        structlog.PrintLogger(Nowhere()),  # type: ignore[arg-type]
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
    )

    def plain(n: int) -> None:
        text = f"Order {n} of customer A-77 has been paid in 3 parts"
        logger.info(text, logger="shop")

    def labels(n: int) -> None:
        logger.info("Order paid", logger="shop", order=n, customer="A-77", parts=3)

    return {"a sentence with three values": plain, "three fields in extra=": labels}


def has(module: str) -> bool:
    try:
        importlib.import_module(module)
    except ImportError:
        return False
    return True


def install_peers() -> None:
    if all(map(has, ("pythonjsonlogger", "structlog", "ecs_logging"))):
        return
    folder = tempfile.mkdtemp(prefix="mkt-log-peers-")
    for installer in (["uv", "pip"], ["pip"]):
        command = [sys.executable, "-m", *installer, "install", "--quiet", "--target", folder]
        if not subprocess.run([*command, *PEERS], check=False, capture_output=True).returncode:
            sys.path.append(folder)
            importlib.invalidate_caches()
            return
    print("skipped: the peers cannot be installed")


def variants() -> dict[str, dict[str, Call]]:
    found = {
        name: scenarios(logger_with(f"shop.{number}", formatter))
        for number, (name, formatter) in enumerate(formatters().items())
    }
    if has("structlog"):
        found["structlog, native"] = structlog_native()
    return found


def measured(call: Call, lines: int) -> float:
    before = process_time()
    for number in range(lines):
        call(number)
    return (process_time() - before) / lines * 1e6


def compare(calls: dict[str, Call], rounds: int, lines: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in calls}
    names = list(calls)
    for name in names:
        measured(calls[name], lines // 4)
    for _ in range(rounds):
        random.shuffle(names)
        for name in names:
            times[name].append(measured(calls[name], lines))
    return times


def report(title: str, times: dict[str, list[float]]) -> None:
    base = times["plain text"]
    print(f"\n{title}")
    for name, values in times.items():
        ratios = sorted(value / plain for value, plain in zip(values, base, strict=True))
        quarter = len(ratios) // 4
        goal = f"   goal ≤ {TARGET}" if name == "mkt_core" else ""
        print(
            f"  {name:27} {statistics.median(ratios):5.2f}×"
            f"  (quartiles {ratios[quarter]:.2f}-{ratios[-1 - quarter]:.2f})"
            f"  {statistics.median(values):6.1f} µs{goal}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=31)
    parser.add_argument("--lines", type=int, default=2000)
    options = parser.parse_args()
    from django.conf import settings

    settings.configure(SECRET_KEY="benchmark", MKT_CORE={})
    install_peers()
    found = variants()
    for title in found["plain text"]:
        calls = {name: calls[title] for name, calls in found.items() if title in calls}
        report(title, compare(calls, options.rounds, options.lines))
    report_in_request(found, options.rounds, options.lines)


def report_in_request(found: dict[str, dict[str, Call]], rounds: int, lines: int) -> None:
    """The first scenario once more, with the ids of a request on each line of ours."""
    from django.test import RequestFactory

    from mkt_core.middleware import RequestIdMiddleware

    title = "a sentence with three values"
    calls = {name: found[name][title] for name in ("plain text", "plain text (A/A)", "mkt_core")}
    request = RequestFactory().get("/")
    with RequestIdMiddleware(lambda request: None).begin(request).active():
        report(f"{title}, in a request", compare(calls, rounds, lines))


if __name__ == "__main__":
    main()
