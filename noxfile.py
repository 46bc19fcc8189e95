"""Chores. The version matrix is tox.ini.

    nox -s lint
    nox -s constraints -- --upgrade

`make lint` runs the session in the environment that make has built; nox alone makes its own.
"""

from pathlib import Path

import nox

nox.needs_version = ">=2026.4"
nox.options.default_venv_backend = "uv"
nox.options.sessions = ["lint"]

ROOT = Path(__file__).resolve().parent
PACKAGES = ["mkt-core", "mkt-blog", "mkt-monitoring", "mkt-api"]
TEMPLATES = ["packages/*/src", "example_project"]


def install(session: nox.Session, *groups: str) -> None:
    """The four packages from the checkout and some of the tools, as constraints.txt has them."""
    if session.virtualenv.is_sandboxed:
        packages = [argument for name in PACKAGES for argument in ("-e", f"packages/{name}")]
        wanted = [argument for group in groups for argument in ("--group", group)]
        session.install(*packages, *wanted, "-c", "constraints.txt")


@nox.session
def lint(session: nox.Session) -> None:
    """Style, types, imports between packages, templates, and what must not be in the repository."""
    install(session, "lint", "test", "example")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports", "--no-cache", env={"PYTHONPATH": "example_project"})
    session.run("mypy", env={"PYTHONPATH": "example_project"})
    templates = [
        str(path.relative_to(ROOT))
        for pattern in TEMPLATES
        for folder in ROOT.glob(pattern)
        for path in folder.rglob("templates/**/*.html")
        if "var" not in path.parts
    ]
    if templates:
        session.run("djade", "--check", "--target-version", "5.2", *sorted(templates))
    session.run("python", "scripts/constraints.py", "--check")
    session.run("python", "scripts/repository_check.py")
    session.run("python", "scripts/docs_links.py")
    session.run("python", "scripts/changelog_check.py")


@nox.session
def docs(session: nox.Session) -> None:
    """Every relative link and every anchor in the documentation leads somewhere."""
    session.run("python", "scripts/docs_links.py")


@nox.session
def build(session: nox.Session) -> None:
    """Wheels and sdists of the four packages in dist/."""
    install(session, "build")
    session.run("python", "scripts/install_alone.py", "--build-only")


@nox.session
def release_check(session: nox.Session) -> None:
    """What a release must pass: changelogs, complete wheels, each one installed alone."""
    install(session, "build")
    session.run("python", "scripts/changelog_check.py", *session.posargs)
    session.run("python", "scripts/install_alone.py")


@nox.session
def constraints(session: nox.Session) -> None:
    """Resolve constraints.txt again; `-- --upgrade` takes the newest versions."""
    session.run("python", "scripts/constraints.py", *session.posargs)


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Measure against peers, in one run, as ratios."""
    install(session, "test", "example")
    session.run("python", "benchmarks/run.py", *session.posargs)
