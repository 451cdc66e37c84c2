"""Secrets: found when they are needed, where the settings say, and never kept or shown."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from relasi.errors import Refused


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret is found when it is needed: in an environment variable, or in a file of the project."""

    env: str | None = None
    file: str | None = None


def given(written: str | Secret, root: Path) -> str:
    """What stands in the settings, or where they say. Raises Refused."""
    return written if isinstance(written, str) else reveal(written, root)


def reveal(secret: Secret, root: Path) -> str:
    """The secret itself. Raises Refused, which names the place and never the value."""
    if secret.env is not None:
        found = os.environ.get(secret.env, "")
        place = secret.env
    else:
        place = secret.file or ""
        try:
            found = (root / place).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Refused("secret_missing", place=place) from error
    if not found:
        raise Refused("secret_missing", place=place)
    return found
