"""Secrets: found when they are needed, where the settings say, and never kept or shown."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from relasi.errors import Refused
from relasi.schema.model.mail import Secret


def reveal(secret: Secret, root: Path, environment: Mapping[str, str] = os.environ) -> str:
    """The secret itself. Raises Refused, which names the place and never the value."""
    if secret.env is not None:
        found = environment.get(secret.env, "")
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
