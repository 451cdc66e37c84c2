"""Users: who may sign in, and with which roles. Hashing and checking passwords is the sign-in's."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Row, Select, Table, bindparam, insert, select, update

from relasi.store.columns import FLAG, METADATA, TEXT

_USER = Table(
    "relasi_user",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("name", TEXT, nullable=False),
    Column("folded_name", TEXT, nullable=False, unique=True),
    Column("full_name", TEXT, nullable=False),
    Column("email", TEXT, nullable=False),
    Column("language", TEXT, nullable=False),
    Column("active", FLAG, nullable=False),
    Column("password_hash", TEXT),
)

_ROLE = Table(
    "relasi_user_role",
    METADATA,
    Column("user_id", TEXT, ForeignKey(_USER.c.id), primary_key=True),
    Column("role", TEXT, primary_key=True, index=True),
)

_COLUMNS = [_USER.c[name] for name in ("id", "name", "full_name", "email", "language", "active")]

_ACTIVE = select(_USER.c.id).where(_USER.c.active.is_(True), _USER.c.id.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True, slots=True)
class User:
    """`name` is what is typed to sign in; `language` is "en" or "id"; `roles` are in alphabetical order."""

    id: str
    name: str
    full_name: str
    email: str
    roles: tuple[str, ...]
    language: str
    active: bool = True


class Users:
    """The users inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, user: User, password_hash: str | None = None) -> None:
        """Raises DuplicateValue where the name is taken, whatever its case."""
        row = {
            "id": user.id,
            "name": user.name,
            "folded_name": user.name.casefold(),
            "full_name": user.full_name,
            "email": user.email,
            "language": user.language,
            "active": user.active,
            "password_hash": password_hash,
        }
        self._connection.execute(insert(_USER), row)
        if user.roles:
            roles = [{"user_id": user.id, "role": role} for role in sorted(set(user.roles))]
            self._connection.execute(insert(_ROLE), roles)

    def get(self, user_id: str) -> User | None:
        return next(iter(self._users(select(*_COLUMNS).where(_USER.c.id == user_id))), None)

    def active(self, user_ids: Collection[str]) -> set[str]:
        """Those of the ids that name users who may sign in."""
        if not user_ids:
            return set()
        return set(self._connection.scalars(_ACTIVE, {"ids": list(user_ids)}))

    def by_name(self, name: str) -> User | None:
        """Case does not matter."""
        return next(iter(self._users(select(*_COLUMNS).where(_USER.c.folded_name == name.casefold()))), None)

    def list(self) -> tuple[User, ...]:
        """All of them by full name, the disabled ones included."""
        return self._users(select(*_COLUMNS).order_by(_USER.c.full_name, _USER.c.id))

    def with_role(self, roles: Collection[str]) -> tuple[User, ...]:
        """The active users who have any of the roles, by id, which is the order in which they were added."""
        holders = select(_ROLE.c.user_id).where(_ROLE.c.role.in_(roles))
        query = (
            select(*_COLUMNS).where(_USER.c.active.is_(True), _USER.c.id.in_(holders)).order_by(_USER.c.id)
        )
        return self._users(query)

    def password_hash(self, name: str) -> str | None:
        """Of an active user; None for everybody else, and for a user who has no password."""
        query = select(_USER.c.password_hash).where(
            _USER.c.folded_name == name.casefold(), _USER.c.active.is_(True)
        )
        return self._connection.scalars(query).one_or_none()

    def set_password_hash(self, user_id: str, password_hash: str) -> None:
        self._set(user_id, password_hash=password_hash)

    def set_language(self, user_id: str, language: str) -> None:
        self._set(user_id, language=language)

    def disable(self, user_id: str) -> None:
        self._set(user_id, active=False)

    def _set(self, user_id: str, **values: object) -> None:
        self._connection.execute(update(_USER).where(_USER.c.id == user_id).values(**values))

    def _users(self, query: Select[Any]) -> tuple[User, ...]:
        rows = self._connection.execute(query).all()
        roles = self._roles(row.id for row in rows)
        return tuple(_user(row, roles) for row in rows)

    def _roles(self, user_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        query = select(_ROLE).where(_ROLE.c.user_id.in_(tuple(user_ids))).order_by(_ROLE.c.role)
        roles: dict[str, tuple[str, ...]] = {}
        for user_id, role in self._connection.execute(query):
            roles[user_id] = (*roles.get(user_id, ()), role)
        return roles


def _user(row: Row[Any], roles: dict[str, tuple[str, ...]]) -> User:
    return User(roles=roles.get(row.id, ()), **row._mapping)
