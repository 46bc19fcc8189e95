#!/usr/bin/env python3
"""Make the virtual environment that every Makefile target uses.

    python3 scripts/bootstrap.py [--venv .venv] [--profile demo|dev]

This file stays readable for old interpreters (no annotations, no f-strings): one that is too old, or has no
venv module, then gets a sentence instead of a syntax error. The work is done in ``_environment.py``.
"""

import sys

# mypy: disable-error-code=no-untyped-def

MINIMUM = (3, 11)


def complaint(version, modules=("venv", "ensurepip")):
    """Why this interpreter cannot be used, in one sentence, or None."""
    running = "%d.%d (%s)" % (version[0], version[1], sys.executable)
    if tuple(version[:2]) < MINIMUM:
        return (
            "MKT needs Python 3.11 or later, this is Python %s: name another one, as in PYTHON=python3.13 make test."
            % running
        )
    for module in modules:
        try:
            __import__(module)
        except ImportError:
            return (
                "Python %s has no %s module and cannot make a virtual environment: "
                "install it (on Debian and Ubuntu: apt install python3-venv) and run make again."
                % (running, module)
            )
    return None


if __name__ == "__main__":
    problem = complaint(sys.version_info)
    if problem:
        sys.exit(problem)
    from _environment import main

    sys.exit(main(sys.argv[1:]))
