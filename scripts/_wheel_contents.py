"""Compare a built wheel and sdist with the source tree they were made from."""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path, PurePosixPath

# Left behind by tools in a working copy, never part of a package.
NOT_SHIPPED = {"__pycache__", ".DS_Store", ".mypy_cache", ".pytest_cache", ".ruff_cache"}


def complaints(folder: Path, wheel: Path, sdist: Path) -> list[str]:
    """What is missing or too much in the two archives of the package in ``folder``; [] when all is well."""
    source = source_files(folder / "src")
    shipped = wheel_files(wheel)
    packed = sdist_files(sdist)
    expected_sdist = {f"src/{path}" for path in source} | {
        "LICENSE",
        "README.md",
        "CHANGELOG.md",
        "pyproject.toml",
    }
    problems = [f"the wheel lacks {path}" for path in sorted(source - shipped)]
    problems += [f"the sdist lacks {path}" for path in sorted(expected_sdist - packed)]
    extra = {path for path in shipped - source if ".dist-info/" not in path}
    problems += [f"the wheel should not hold {path}" for path in sorted(extra)]
    if not any(path.endswith(".dist-info/licenses/LICENSE") for path in shipped):
        problems.append("the wheel lacks its LICENSE")
    if not any(path.endswith("/py.typed") for path in shipped):
        problems.append("the wheel lacks py.typed")
    return problems


def source_files(folder: Path) -> set[str]:
    """Every file below ``src``, as the wheel should name it."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {
        path.as_posix()
        for path in found
        if not NOT_SHIPPED & set(path.parts) and path.suffix not in {".pyc", ".pyo"}
    }


def wheel_files(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


def sdist_files(sdist: Path) -> set[str]:
    """Names without the leading ``name-version/`` folder."""
    with tarfile.open(sdist) as archive:
        return {
            PurePosixPath(*PurePosixPath(member.name).parts[1:]).as_posix()
            for member in archive.getmembers()
            if member.isfile()
        }
