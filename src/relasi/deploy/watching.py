"""Triggers by which the database itself notes what happens to records.

`edits`: what others than Relasi do to the tables, with the rows before and after, so that Relasi can look at
it afterwards. A row that others add gets what every record has; one that they change, the next version.
`changes`: that a record has become another one, whoever did it, so that a copy elsewhere can follow.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

from relasi.deploy.structure import Wanted
from relasi.platform.sql.naming import ENGINE_PREFIX, INSIDE
from relasi.schema.model import Watch

_SINCE = 1
"""Part of the names of the triggers; raised when they become others, so that the next apply makes them
anew."""

_FILL, _NOTE = f"relasi_fill_{_SINCE}", f"relasi_edits_{_SINCE}"
_CHANGED = f"relasi_changes_{_SINCE}"
_LAST = {Watch.EDITS: _NOTE, Watch.CHANGES: _CHANGED}
"""The trigger by which a table is known to be watched."""

_NEW_ID = """
CREATE OR REPLACE FUNCTION relasi_new_id() RETURNS text LANGUAGE sql VOLATILE AS $$
  SELECT encode(
    set_byte(
      overlay(
        uuid_send(gen_random_uuid())
        PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
        FROM 1 FOR 6
      ),
      6,
      (get_byte(uuid_send(gen_random_uuid()), 6) & 15) | 112
    ),
    'hex'
  )::uuid::text
$$
"""
"""A UUIDv7, as Relasi makes them."""

_FILLING = """
CREATE OR REPLACE FUNCTION relasi_fill() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.id := coalesce(nullif(NEW.id, ''), relasi_new_id());
    NEW.version := 0;
    NEW.created_at := clock_timestamp();
    NEW.updated_at := NEW.created_at;
    NEW.created_by := NULL;
  ELSE
    NEW.id := OLD.id;
    NEW.version := OLD.version;
    NEW.created_at := OLD.created_at;
    NEW.created_by := OLD.created_by;
    NEW.updated_at := OLD.updated_at;
    NEW.updated_by := OLD.updated_by;
    IF NEW IS NOT DISTINCT FROM OLD THEN
      RETURN NEW;
    END IF;
    NEW.version := CASE WHEN OLD.version = 0 THEN 0 ELSE OLD.version + 1 END;
    NEW.updated_at := clock_timestamp();
  END IF;
  NEW.updated_by := NULL;
  RETURN NEW;
END $$
"""
"""A version of 0 says that Relasi has not taken the record in yet."""

_NOTING = """
CREATE OR REPLACE FUNCTION relasi_note_edit() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
  after jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
BEGIN
  IF before IS DISTINCT FROM after THEN
    INSERT INTO relasi_edit (id, at, entity, record_id, version, who, old, new)
    VALUES (
      relasi_new_id(), clock_timestamp(), TG_TABLE_NAME,
      coalesce(after, before) ->> 'id',
      (coalesce(after, before) ->> 'version')::bigint + CASE WHEN TG_OP = 'DELETE' THEN 1 ELSE 0 END,
      session_user, before, after
    );
  END IF;
  RETURN NULL;
END $$
"""
"""With the rights of the tables' owner: who may edit a record need not be able to read the notes."""

_MARKING = """
CREATE OR REPLACE FUNCTION relasi_mark_change() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO relasi_unsent (entity, record_id, at, mark)
  VALUES (
    TG_TABLE_NAME, CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END,
    clock_timestamp(), gen_random_uuid()::text
  )
  ON CONFLICT (entity, record_id) DO UPDATE SET mark = excluded.mark, put_off = NULL;
  RETURN NULL;
END $$
"""

_FUNCTIONS = {Watch.EDITS: (_NEW_ID, _FILLING, _NOTING), Watch.CHANGES: (_MARKING,)}


def watched(connection: Connection) -> dict[str, Watch]:
    """Which tables are watched, and for what."""
    return {
        table: what
        for what, last in _LAST.items()
        for table, name in _triggers(connection)
        if name.startswith(last)
    }


def watch(connection: Connection, wanted: Wanted) -> None:
    """Makes the triggers of all tables anew, as the Model asks for them; takes those away that it does not
    ask for."""
    for table, name in _triggers(connection):
        on = "" if _is_sqlite(connection) else f" ON {_quoted(connection, table)}"
        connection.exec_driver_sql(f"DROP TRIGGER {_quoted(connection, name)}{on}")
    for table, each in wanted.items():
        if each.watch is not None:
            for statement in _statements(connection, each.watch, table):
                connection.exec_driver_sql(statement)


def _triggers(connection: Connection) -> list[tuple[str, str]]:
    """Those of ours, of older versions too, each with its table."""
    if _is_sqlite(connection):
        query = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
        )
    found = connection.execute(text(query))
    return [(table, name) for table, name in found if name.startswith(ENGINE_PREFIX)]


def _statements(connection: Connection, what: Watch, table: str) -> Iterator[str]:
    name = _quoted(connection, table)
    if _is_sqlite(connection):
        yield from _on_sqlite(name, table)
        return
    yield from _FUNCTIONS[what]
    outside = f"WHEN (current_setting('{INSIDE}', true) IS DISTINCT FROM 'yes')"
    if what is Watch.EDITS:
        yield (
            f"CREATE TRIGGER {_FILL} BEFORE INSERT OR UPDATE ON {name} FOR EACH ROW {outside}"
            " EXECUTE FUNCTION relasi_fill()"
        )
        yield (
            f"CREATE TRIGGER {_NOTE} AFTER INSERT OR UPDATE OR DELETE ON {name} FOR EACH ROW {outside}"
            " EXECUTE FUNCTION relasi_note_edit()"
        )
    else:
        yield (
            f"CREATE TRIGGER {_CHANGED} AFTER INSERT OR UPDATE OR DELETE ON {name} FOR EACH ROW"
            " EXECUTE FUNCTION relasi_mark_change()"
        )


def _on_sqlite(name: str, table: str) -> Iterator[str]:
    """SQLite has one trigger for each kind of write, and no functions."""
    for verb, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
        yield (
            f'CREATE TRIGGER "{_CHANGED}_{verb.lower()}_{table}" AFTER {verb} ON {name} BEGIN'  # noqa: S608  # names of the Model
            " INSERT INTO relasi_unsent (entity, record_id, at, mark)"
            f" VALUES ('{table}', {row}.id, strftime('%Y-%m-%d %H:%M:%f000', 'now'), hex(randomblob(8)))"
            " ON CONFLICT (entity, record_id) DO UPDATE SET mark = excluded.mark, put_off = NULL; END"
        )


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"
