"""Programs of unpacked packages that look for their files in /usr/share."""

from __future__ import annotations

import os
from pathlib import Path

from debian import Program


def own_view(program: Program) -> list[str | Path]:
    """What to put in front of a command; nothing for an installed program.

    Debian's Prometheus and Alertmanager read their pages and templates from /usr/share, where an unpacked package has
    nothing. They get a view of the machine of their own, in which that folder is the unpacked one.
    """
    ours = program.path.parents[1] / "share"
    if ours == Path("/usr/share"):
        return []
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    script = 'mount --bind "$0" /usr/share && exec "$@"'
    return ["unshare", "--mount", *as_root, "sh", "-c", script, ours]
