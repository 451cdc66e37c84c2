"""The indexes by which PostgreSQL finds words inside of texts, and both databases whole values that are
encrypted. Searches are right without them, and slow.

They follow the Model in every apply and stand in no plan: nobody's data or work depends on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from sqlalchemy import Connection, Text, column, text

from relasi.errors import PlatformError
from relasi.platform.sql.ciphers import marked
from relasi.platform.sql.functions import searched
from relasi.schema.model import Model

_LONGEST = 40
"""Of an entity's name in that of its index: PostgreSQL takes 63 bytes."""

_HELD = text(
    "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND indexname LIKE 'sx\\_%'"
)
_MARKED = {
    "sqlite": text("SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'mx\\_%' ESCAPE '\\'"),
    "postgresql": text(
        "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND indexname LIKE 'mx\\_%'"
    ),
}
_OPERATORS = text(
    "SELECT quote_ident(nspname) || '.gin_trgm_ops' "
    "FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'pg_trgm'"
)


def keep_search_indexes(connection: Connection, model: Model) -> None:
    """Makes those that the Model wants, and drops the others. SQLite has none for words; a server without the
    extension pg_trgm has none either."""
    _keep_marks(connection, model)
    if connection.dialect.name != "postgresql":
        return
    held, wanted = set(connection.scalars(_HELD)), dict(_wanted(model))
    for name in sorted(held - wanted.keys()):
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    missing = sorted(wanted.keys() - held)
    operators = _operators(connection) if missing else None
    for name in missing if operators else ():
        table, expression = wanted[name]
        connection.exec_driver_sql(
            f'CREATE INDEX "{name}" ON "{table}" USING gin (({expression}) {operators})'
        )


def forget_mark(connection: Connection, table: str, field: str) -> None:
    """Before a column goes: SQLite keeps one for which there is an index."""
    connection.exec_driver_sql(f'DROP INDEX IF EXISTS "{_mark_index(table, field)}"')


def _mark_index(entity: str, field: str) -> str:
    return f"mx_{sha256(f'{entity}.{field}'.encode()).hexdigest()[:16]}"


def _keep_marks(connection: Connection, model: Model) -> None:
    held = set(connection.scalars(_MARKED[connection.dialect.name]))
    wanted = {
        _mark_index(entity.name, field.name): (entity.name, field.name)
        for entity in model.entities.values()
        for field in entity.own_fields
        if field.type.is_encrypted and field.type.searchable
    }
    for name in sorted(held - wanted.keys()):
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    for name in sorted(wanted.keys() - held):
        table, field = wanted[name]
        expression = marked(column(field, Text())).compile(dialect=connection.dialect)
        connection.exec_driver_sql(f'CREATE INDEX "{name}" ON "{table}" ({expression})')


def _wanted(model: Model) -> Iterator[tuple[str, tuple[str, str]]]:
    """Name -> table and expression. The name changes with the fields that are searched."""
    for entity in model.entities.values():
        if entity.search:
            own = (each for each in entity.search if "." not in each)
            words = [each for each in own if not entity.fields[each].type.is_encrypted]
            if not words:
                continue
            expression = searched([f'"{each}"' for each in words])
            mark = sha256(expression.encode()).hexdigest()[:8]
            yield f"sx_{entity.name[:_LONGEST]}_{mark}", (entity.name, expression)


def _operators(connection: Connection) -> str | None:
    """Those of the extension, which is made where the role may; None where it is not to be had."""
    if connection.scalars(_OPERATORS).one_or_none() is None:
        made = connection.begin_nested()
        try:
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            made.commit()
        except PlatformError:
            made.rollback()
    found: str | None = connection.scalars(_OPERATORS).one_or_none()
    return found
