"""A copy of a SQLite database as it is at one moment, taken while others work on it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from relasi.platform.sql.failures import from_sqlite


def snapshot(file: Path, copy: Path) -> None:
    """Reads the database only, by SQLite's backup. `copy` may be in use: whoever has it open sees the one and
    then the other, never half of it. Raises PlatformError where one cannot be read, or the other written."""
    source = f"{file.resolve().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(source, uri=True)) as live, closing(sqlite3.connect(copy)) as target:
            live.backup(target)
    except sqlite3.Error as error:
        raise from_sqlite(error, str(file)) from error
