"""Programs of Node that read the running site."""

import json
import os
import shutil
import subprocess

import pytest

from tests.served import PROJECT, missing

ROOT = PROJECT.parent
CLIENT = ROOT / "clients" / "typescript"
INSTALL = ("install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")


@pytest.fixture(scope="session")
def reading():
    """``reading(site, NAME="value")``: variables for a program that reads the API of the site."""

    def variables(site, **more):
        facts = {"MKT_API_URL": f"{site.address}/api/v1/", "MKT_FACTS": json.dumps(site.facts)}
        return {**os.environ, **facts, **more}

    return variables


@pytest.fixture(scope="session")
def npm():
    """``npm("run", "build", cwd=folder)``: its output; it fails with what npm says."""
    program = shutil.which("npm")
    if program is None:
        missing("no npm: install node 20 or newer, with npm")

    def run(*arguments, cwd, env=None):
        done = subprocess.run(
            [program, *arguments], cwd=cwd, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"npm {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return run


@pytest.fixture(scope="session")
def client(npm):
    """The folder of the client, with what it is built with, and built."""
    npm(*INSTALL, cwd=CLIENT)
    npm("run", "build", cwd=CLIENT)
    return CLIENT
