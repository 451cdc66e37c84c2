"""Encrypted values that are encrypted once more: because their field has another name, or by a newer key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Text, bindparam, column, select, table, update

from relasi.deploy.ground import Ground
from relasi.deploy.rows import BATCH, cipher_of
from relasi.platform.sql.ciphers import Cipher
from relasi.platform.sql.tables import KEY


@dataclass(frozen=True, slots=True)
class Encrypted:
    """A column with encrypted values, and the cipher that reads them."""

    table: str
    column: str
    cipher: Cipher

    def renewed(self, connection: Connection, by: Cipher, after: str = "") -> Iterator[tuple[str, int]]:
        """Writes the values anew, batch by batch behind the id `after`: the last id of each batch, and how
        many values it had. A value that somebody else changes meanwhile stays as that person wrote it."""
        held = table(self.table, column(KEY, Text()), column(self.column, Text()))
        key_column, kept = held.c[KEY], held.c[self.column]
        query = select(key_column, kept).where(kept.is_not(None))
        statement = (
            update(held)
            .where(key_column == bindparam("held_key"), kept == bindparam("was"))
            .values({self.column: bindparam("now")})
        )
        while True:
            batch = connection.execute(
                query.where(key_column > after).order_by(key_column).limit(BATCH)
            ).all()
            if not batch:
                return
            written = [
                {"held_key": key, "was": was, "now": by.encrypted(key, self.cipher.decrypted(key, was))}
                for key, was in batch
            ]
            connection.execute(statement, written)
            after = batch[-1][0]
            yield after, len(batch)


def follow_rename(ground: Ground, name: str, was: str, *, field: tuple[str, str] | None = None) -> None:
    """Binds the values of a renamed table to its new name; or those of a `field`, given as its new and its
    old name."""
    for key, held in ground.held[name].columns.items():
        if held.type is None or (field is not None and key != field[0]):
            continue
        there = field[1] if field else held.source
        cipher = cipher_of(ground.connection, was, there, held.type)
        if cipher is not None:
            now = replace(cipher, entity=name, field=key if field else there)
            for _ in Encrypted(name, now.field, cipher).renewed(ground.connection, now):
                pass
