"""Values from the environment, secrets also from files.

``SECRET_KEY_FILE=/run/secrets/key`` means the same as ``SECRET_KEY=<content of that file>``, so
that Docker, Kubernetes and systemd can hand over secrets without showing them in ``env``.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environ import Env

env = Env()


def read_secret_files() -> None:
    """Put the content of every file named by a ``*_FILE`` variable in place of its value.

    Raises:
        ImproperlyConfigured: the file cannot be read.
    """
    for name, path in list(os.environ.items()):
        target = name.removesuffix("_FILE")
        if target not in SECRETS or target == name:
            continue
        try:
            # Editors and `kubectl create secret` leave a final newline that is not meant.
            os.environ[target] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ImproperlyConfigured(f"{name} names {path}: {error}") from error


def require(*names: str) -> None:
    """Complain once, about everything that is missing.

    Raises:
        ImproperlyConfigured: one of the variables is unset or empty.
    """
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        wanted = ", ".join(
            f"{name} (or {name}_FILE)" if name in SECRETS else name for name in missing
        )
        raise ImproperlyConfigured(f"Set these environment variables: {wanted}.")


def choose(name: str, choices: Mapping[str, str], *, default: str) -> str:
    """What the value of the variable stands for.

    Raises:
        ImproperlyConfigured: it stands for nothing; the text has the values that do.
    """
    value = env.str(name, default=default)
    if value not in choices:
        known = ", ".join(choices)
        raise ImproperlyConfigured(f"{name} is {value!r}; it can be {known}.")
    return choices[value]


# The variables that may come from a file: each of them holds a password or a key.
SECRETS = frozenset(
    {
        "SECRET_KEY",
        "DATABASE_URL",
        "DATABASE_REPLICA_URL",
        "REDIS_URL",
        "EMAIL_URL",
        "LOG_USER_KEY",
        "METRICS_TOKEN",
    },
)

read_secret_files()
