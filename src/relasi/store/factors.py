"""Second factors: the secret that a user's device makes codes of, and the recovery codes in place of it.

Secrets are encrypted with the keys of the data, recovery codes are kept as their hashes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Column, Connection, ForeignKey, Table, delete, func, insert, select, update

from relasi.platform.sql.database import keyring_of
from relasi.store.columns import METADATA, MOMENT, NUMBER, TEXT, putting
from relasi.store.telling import silent

_FACTOR = Table(
    "relasi_second_factor",
    METADATA,
    Column("user_id", TEXT, ForeignKey("relasi_user.id"), primary_key=True),
    Column("secret", TEXT, nullable=False),
    Column("since", MOMENT),
    Column("last_step", NUMBER, nullable=False),
    info=silent("it tells nothing but that a user has one"),
)

_CODE = Table(
    "relasi_recovery_code",
    METADATA,
    Column("user_id", TEXT, ForeignKey("relasi_user.id"), primary_key=True),
    Column("code_hash", TEXT, primary_key=True),
    info=silent("it tells nothing but that a user has some"),
)


@dataclass(frozen=True, slots=True)
class Factor:
    """`since` is None until a first code has shown that the device has the secret. A code is of one step of
    time; those of `last_step` and before are spent."""

    secret: str
    since: datetime | None = None
    last_step: int = 0


class Factors:
    """The second factors inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keys_in_use(self) -> Counter[str]:
        """How many secrets there are, by the key that they need."""
        return Counter(each.partition(":")[0] for each in self._connection.scalars(select(_FACTOR.c.secret)))

    def renew(self) -> int:
        """Encrypts the secrets by the newest key: how many."""
        keyring = keyring_of(self._connection)
        held = self._connection.execute(select(_FACTOR.c.user_id, _FACTOR.c.secret)).all()
        for user_id, kept in held:
            place = (_FACTOR.name, user_id)
            secret = keyring.encrypt(keyring.decrypt(kept, *place), *place)
            self._connection.execute(
                update(_FACTOR).where(_FACTOR.c.user_id == user_id).values(secret=secret)
            )
        return len(held)

    def get(self, user_id: str) -> Factor | None:
        query = select(_FACTOR.c.secret, _FACTOR.c.since, _FACTOR.c.last_step)
        row = self._connection.execute(query.where(_FACTOR.c.user_id == user_id)).one_or_none()
        if row is None:
            return None
        secret = keyring_of(self._connection).decrypt(row.secret, _FACTOR.name, user_id)
        return Factor(secret, row.since, row.last_step)

    def put(self, user_id: str, factor: Factor) -> None:
        secret = keyring_of(self._connection).encrypt(factor.secret, _FACTOR.name, user_id)
        row = {"secret": secret, "since": factor.since, "last_step": factor.last_step}
        self._connection.execute(putting(_FACTOR), {"user_id": user_id, **row})

    def spend(self, user_id: str, step: int) -> bool:
        """False where somebody was faster with a code of this step."""
        fresh = (_FACTOR.c.user_id == user_id) & (_FACTOR.c.last_step < step)
        return self._connection.execute(update(_FACTOR).where(fresh).values(last_step=step)).rowcount == 1

    def drop(self, user_id: str) -> None:
        for table in (_FACTOR, _CODE):
            self._connection.execute(delete(table).where(table.c.user_id == user_id))

    def in_use(self, user_ids: Collection[str]) -> set[str]:
        """Those of the users who have one that works."""
        query = select(_FACTOR.c.user_id).where(_FACTOR.c.user_id.in_(user_ids), _FACTOR.c.since.is_not(None))
        return set(self._connection.scalars(query))

    def put_codes(self, user_id: str, codes: Iterable[str]) -> None:
        """In place of all recovery codes so far."""
        self._connection.execute(delete(_CODE).where(_CODE.c.user_id == user_id))
        rows = [{"user_id": user_id, "code_hash": _hash(code)} for code in codes]
        self._connection.execute(insert(_CODE), rows)

    def spend_code(self, user_id: str, code: str) -> bool:
        """Whether it was one of the recovery codes; from now on it is none."""
        held = (_CODE.c.user_id == user_id) & (_CODE.c.code_hash == _hash(code))
        return self._connection.execute(delete(_CODE).where(held)).rowcount == 1

    def codes_left(self, user_id: str) -> int:
        query = select(func.count()).select_from(_CODE).where(_CODE.c.user_id == user_id)
        return self._connection.scalars(query).one()


def _hash(code: str) -> str:
    return sha256(code.encode()).hexdigest()
