"""What another role of the PostgreSQL server may see and change of the records, and nothing beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import text

from relasi.errors import Refused
from relasi.platform.again import begun_again
from relasi.platform.sql.database import Database

_NEVER = ("id", "version", "created_at", "updated_at", "created_by", "updated_by")
"""Columns that only Relasi and its triggers fill; an id may be given to a new row."""


@begun_again
def grant(database: Database, role: str, columns: Mapping[str, Sequence[str]]) -> None:
    """Gives the role these columns of each table, and takes from it all others of ours. Doing it again is
    harmless. Raises Refused where there is no such role, or where it is our own: its rights end nowhere."""
    with database.transaction() as connection:
        known = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role})
        own = connection.execute(text("SELECT current_user")).scalar_one()
        if known.first() is None or own == role:
            raise Refused("grid_role", role=role)
        quote = connection.dialect.identifier_preparer.quote
        schema = quote(connection.execute(text("SELECT current_schema()")).scalar_one())
        who = quote(role)
        connection.exec_driver_sql(f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {who}")
        connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {who}")
        for table, seen in columns.items():
            read = ", ".join(map(quote, dict.fromkeys(("id", *seen))))
            write = ", ".join(quote(each) for each in seen if each not in _NEVER)
            rights = f"SELECT ({read}), INSERT (id, {write}), UPDATE ({write}), DELETE"
            connection.exec_driver_sql(f"GRANT {rights} ON {schema}.{quote(table)} TO {who}")
