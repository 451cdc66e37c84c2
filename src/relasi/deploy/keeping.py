"""Which keys the encrypted values of a database need, and all of them encrypted anew by the newest one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, Text, column, func, literal_column, select, table

from relasi.deploy.plan import remembered
from relasi.deploy.reencrypting import Encrypted
from relasi.platform.again import begun_again
from relasi.platform.sql.ciphers import Cipher
from relasi.platform.sql.database import Database, keyring_of
from relasi.store.session import Session
from relasi.store.store import is_prepared

_KEY_OF = {
    "sqlite": "substr(kept, 1 + instr(kept, ':'), instr(substr(kept, 1 + instr(kept, ':')), ':') - 1)",
    "postgresql": "split_part(kept, ':', 2)",
}


def keys_in_use(connection: Connection) -> Mapping[str, int]:
    """How many values each key is needed for, by its id: those of records, also of those that were merged,
    of their history, of the trash, and second factors."""
    found: Counter[str] = Counter()
    for each in _encrypted(connection):
        kept = select(column(each.column).label("kept")).select_from(table(each.table)).subquery()
        key = literal_column(_KEY_OF[connection.dialect.name], Text()).label("key")
        query = select(key, func.count()).select_from(kept).where(kept.c.kept.is_not(None)).group_by(key)
        found.update({row[0]: row[1] for row in connection.execute(query)})
    if is_prepared(connection):
        session = Session(connection)
        for part in (session.audit, session.trash, session.merges, session.factors):
            found.update(part.keys_in_use())
    return dict(found)


def first_keys(connection: Connection) -> set[str]:
    """Some of them, at little cost: of each column, the key of one value."""
    found = set()
    for each in _encrypted(connection):
        kept = column(each.column, Text())
        query = select(kept).select_from(table(each.table)).where(kept.is_not(None)).limit(1)
        found |= {value.split(":")[1] for value in connection.scalars(query)}
    return found | Session(connection).factors.keys_in_use().keys() if is_prepared(connection) else found


@begun_again
def renew_all(database: Database) -> int:
    """Encrypts every value anew, in many short transactions, while others work: how many values. Broken off,
    the next call does it again."""
    with database.transaction(write=False) as connection:
        columns = tuple(_encrypted(connection))
    count = 0
    for each in columns:
        after: str | None = ""
        while after is not None:
            with database.transaction() as connection:
                after, done = next(each.renewed(connection, each.cipher, after), (None, 0))
            count += done
    with database.unhurried() as connection:
        session = Session(connection)
        parts = (session.audit, session.trash, session.merges, session.factors)
        return count + sum(part.renew() for part in parts)


def _encrypted(connection: Connection) -> Iterator[Encrypted]:
    """The columns of the last deployment, those of retired fields among them."""
    left = remembered(connection)
    for entity, known in left.entities.items() if left else ():
        for field, type_ in {**known.fields, **known.retired}.items():
            if type_.is_encrypted:
                yield Encrypted(entity, field, Cipher(keyring_of(connection), entity, field, type_))
