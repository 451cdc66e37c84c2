"""Entries of the audit log and links of its chain stay as they are: the database itself refuses to change or
delete them, but for what is done inside of `unlocked`."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Column, Connection, Table, delete, insert, text

from relasi.store.columns import METADATA, TEXT
from relasi.store.telling import silent

_UNLOCKED = Table(
    "relasi_unlocked",
    METADATA,
    Column("by", TEXT, primary_key=True),
    info={"passing": True} | silent("it is always empty for others"),
)
_GUARDED = ("relasi_change", "relasi_chain")
_SAID = "entries of the audit log stay as they are"
_REFUSING = f"WHEN NOT EXISTS (SELECT 1 FROM relasi_unlocked) BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"  # noqa: S608  # no input
_FUNCTION = """
    CREATE OR REPLACE FUNCTION relasi_keep_log() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_LEVEL = 'ROW' AND EXISTS (SELECT 1 FROM relasi_unlocked) THEN
            RETURN coalesce(NEW, OLD);
        END IF;
        RAISE EXCEPTION '{said}';
    END $$
""".replace("{said}", _SAID)


def guard(connection: Connection) -> None:
    """Makes the triggers where they are missing; doing it again is harmless."""
    if connection.dialect.name == "sqlite":
        for table in _GUARDED:
            for what in ("UPDATE", "DELETE"):
                connection.exec_driver_sql(
                    f"CREATE TRIGGER IF NOT EXISTS keep_{table}_{what.lower()} BEFORE {what} ON {table} "
                    + _REFUSING
                )
        return
    connection.execute(text(_FUNCTION))
    for table in _GUARDED:
        for what, level in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            name = f"keep_{table}_{level.lower()}"
            connection.exec_driver_sql(
                f"DROP TRIGGER IF EXISTS {name} ON {table}; CREATE TRIGGER {name} BEFORE {what} ON {table} "
                f"FOR EACH {level} EXECUTE FUNCTION relasi_keep_log()"
            )


@contextmanager
def unlocked(connection: Connection) -> Iterator[None]:
    """Inside, entries may be changed in this transaction, and in no other."""
    by = secrets.token_hex(8)
    connection.execute(insert(_UNLOCKED), {"by": by})
    yield
    connection.execute(delete(_UNLOCKED).where(_UNLOCKED.c.by == by))
