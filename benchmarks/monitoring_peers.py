"""What mkt-monitoring is measured against, installed beside the environment and not in it."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / ".cache" / "bench"
# Without what they declare: django-prometheus refuses Django 6.1, and everything shall run on the Django that is here.
REQUIREMENTS = {
    "django-prometheus": ["django-prometheus==2.5.0"],
    "opentelemetry": [
        "opentelemetry-api==1.45.2",
        "opentelemetry-sdk==1.45.2",
        "opentelemetry-semantic-conventions==0.66b2",
        "opentelemetry-instrumentation==0.66b2",
        "opentelemetry-instrumentation-django==0.66b2",
        "opentelemetry-instrumentation-wsgi==0.66b2",
        "opentelemetry-instrumentation-asgi==0.66b2",
        "opentelemetry-util-http==0.66b2",
        "wrapt==2.5.2",
    ],
}
DISTRIBUTIONS = {
    "django-prometheus": "django-prometheus",
    "opentelemetry": "opentelemetry-instrumentation-django",
}


def install(name: str) -> str:
    """Make the peer importable in this process; its name and version.

    Raises:
        subprocess.CalledProcessError: it cannot be installed; uv has said why.
    """
    folder = FOLDER / f"monitoring-{name}"
    if not (folder / ".complete").exists():
        print(f"installing {name} …", file=sys.stderr)
        command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps"]
        subprocess.run([*command, "--target", str(folder), *REQUIREMENTS[name]], check=True)
        (folder / ".complete").touch()
    # Last: what both have is taken from the environment.
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    return f"{name} {version(DISTRIBUTIONS[name])}"
