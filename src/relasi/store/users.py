"""Users: who may sign in, with which roles, and where they work. Hashing and checking passwords is the
sign-in's."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Row,
    Select,
    Table,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from relasi.platform.sql.functions import folded
from relasi.store.columns import FLAG, METADATA, TEXT
from relasi.store.telling import silent

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
    Column("team", TEXT, index=True),
    info=silent(
        "people who work here are disabled by `relasi user`; accounts of others go with their records"
    ),
)

_ROLE = Table(
    "relasi_user_role",
    METADATA,
    Column("user_id", TEXT, ForeignKey(_USER.c.id), primary_key=True),
    Column("role", TEXT, primary_key=True, index=True),
    info=silent("it goes with what `relasi_user` tells"),
)

_WORD = Table(
    "relasi_user_word",
    METADATA,
    Column("user_id", TEXT, ForeignKey(_USER.c.id), primary_key=True),
    Column("kind", TEXT, primary_key=True),
    Column("word", TEXT, primary_key=True),
    info=silent("it goes with what `relasi_user` tells"),
)
_KINDS = ("skills", "territories")

_COLUMNS = [_USER.c[name] for name in ("id", "name", "full_name", "email", "language", "active", "team")]

_LANGUAGE = select(_USER.c.language).where(_USER.c.id == bindparam("id"))
_IDS: BindParameter[str] = bindparam("ids", expanding=True)
_ACTIVE = select(_USER.c.id).where(_USER.c.active, _USER.c.id.in_(_IDS))
_NAMES = select(_USER.c.id, _USER.c.full_name).where(_USER.c.id.in_(_IDS))
_TEAMS = select(_USER.c.id, _USER.c.team).where(_USER.c.team.is_not(None))
_ONE = select(*_COLUMNS).where(_USER.c.id == bindparam("id"))
_ALL = select(*_COLUMNS).order_by(_USER.c.full_name, _USER.c.id)
_ROLES = select(_ROLE).where(_ROLE.c.user_id.in_(_IDS)).order_by(_ROLE.c.role)
_WORDS = select(_WORD).where(_WORD.c.user_id.in_(_IDS)).order_by(_WORD.c.word)


@dataclass(frozen=True, slots=True)
class Post:
    """Where somebody works: in which team, what they know, and where; each of the latter in alphabetical
    order."""

    team: str | None = None
    skills: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()


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
    post: Post = Post()


class Users:
    """The users inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._teams: dict[str, str] | None = None

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
        self.set_roles(user.id, user.roles)
        if user.post != Post():
            self.place(user.id, user.post)

    def set_roles(self, user_id: str, roles: Collection[str]) -> None:
        self._connection.execute(delete(_ROLE).where(_ROLE.c.user_id == user_id))
        if roles:
            rows = [{"user_id": user_id, "role": role} for role in sorted(set(roles))]
            self._connection.execute(insert(_ROLE), rows)

    def place(self, user_id: str, post: Post) -> None:
        """Gives the user another team, other skills and territories."""
        self._teams = None
        self._set(user_id, team=post.team)
        self._connection.execute(delete(_WORD).where(_WORD.c.user_id == user_id))
        words = [
            {"user_id": user_id, "kind": kind, "word": word}
            for kind in _KINDS
            for word in sorted(set(getattr(post, kind)))
        ]
        if words:
            self._connection.execute(insert(_WORD), words)

    def teams(self) -> Mapping[str, str]:
        """The team of everybody who is in one, the disabled users included: their records stay the team's."""
        if self._teams is None:
            self._teams = {row.id: row.team for row in self._connection.execute(_TEAMS)}
        return self._teams

    def get(self, user_id: str) -> User | None:
        return next(iter(self._users(_ONE, {"id": user_id})), None)

    def language(self, user_id: str) -> str | None:
        """What the user reads; None where there is no such user. Every page of a list asks."""
        return self._connection.scalar(_LANGUAGE, {"id": user_id})

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
        return self._users(_ALL)

    def names(self, user_ids: Collection[str]) -> dict[str, str]:
        """The full names of those of the ids that users have."""
        return {row.id: row.full_name for row in self._connection.execute(_NAMES, {"ids": list(user_ids)})}

    def with_role(self, roles: Collection[str]) -> tuple[User, ...]:
        """The active users who have any of the roles, by id, which is the order in which they were added."""
        holders = select(_ROLE.c.user_id).where(_ROLE.c.role.in_(roles))
        query = select(*_COLUMNS).where(_USER.c.active, _USER.c.id.in_(holders)).order_by(_USER.c.id)
        return self._users(query)

    def in_teams(self, teams: Collection[str]) -> tuple[User, ...]:
        """The active users who are in any of the teams, by id."""
        query = select(*_COLUMNS).where(_USER.c.active, _USER.c.team.in_(teams)).order_by(_USER.c.id)
        return self._users(query)

    def password_hash(self, name: str) -> str | None:
        """Of an active user; None for everybody else, and for a user who has no password."""
        query = select(_USER.c.password_hash).where(_USER.c.folded_name == name.casefold(), _USER.c.active)
        return self._connection.scalars(query).one_or_none()

    def search(self, words: str = "", *, limit: int, offset: int = 0) -> tuple[User, ...]:
        """Those whose name, full name or address holds the words: the active ones first, by full name."""
        query = select(*_COLUMNS).order_by(_USER.c.active.desc(), _USER.c.full_name, _USER.c.id)
        return self._users(query.where(_holds(words)).limit(limit).offset(offset))

    def count(self, words: str = "") -> int:
        return self._connection.scalars(select(func.count()).select_from(_USER).where(_holds(words))).one()

    def reached_by(self, word: str) -> tuple[User, ...]:
        """The active users whose name or e-mail address this is, and who can be written to."""
        found = (_USER.c.folded_name == word.casefold()) | (folded(_USER.c.email) == word.lower())
        query = select(*_COLUMNS).where(found, _USER.c.active, _USER.c.email != "").order_by(_USER.c.id)
        return self._users(query)

    def with_email(self, address: str) -> tuple[User, ...]:
        """The users whose e-mail address this is, in lower case, the disabled ones included."""
        return self._users(select(*_COLUMNS).where(folded(_USER.c.email) == address).order_by(_USER.c.id))

    def with_password(self, user_ids: Collection[str]) -> set[str]:
        """Those of the users who have set a password."""
        query = select(_USER.c.id).where(_USER.c.id.in_(user_ids), _USER.c.password_hash.is_not(None))
        return set(self._connection.scalars(query))

    def set_password_hash(self, user_id: str, password_hash: str | None) -> None:
        self._set(user_id, password_hash=password_hash)

    def set_language(self, user_id: str, language: str) -> None:
        self._set(user_id, language=language)

    def rewrite(self, user_id: str, *, full_name: str, email: str) -> None:
        self._set(user_id, full_name=full_name, email=email)

    def disable(self, user_id: str) -> None:
        self._set(user_id, active=False)

    def enable(self, user_id: str) -> None:
        self._set(user_id, active=True)

    def forget(self, user_id: str, called: str) -> None:
        """Leaves nothing of the user but the id, which is the name as well, and what such users are
        called."""
        gone = {"name": user_id, "folded_name": user_id.casefold(), "full_name": called, "email": ""}
        self._set(user_id, **gone, password_hash=None)
        self.set_roles(user_id, ())
        self.place(user_id, Post())

    def _set(self, user_id: str, **values: object) -> None:
        self._connection.execute(update(_USER).where(_USER.c.id == user_id).values(**values))

    def _users(self, query: Select[Any], values: Mapping[str, str] | None = None) -> tuple[User, ...]:
        rows = self._connection.execute(query, values).all()
        keys = [row.id for row in rows]
        roles, words = self._roles(keys), self._words(keys)
        return tuple(_user(row, roles, words) for row in rows)

    def _roles(self, user_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        roles: dict[str, tuple[str, ...]] = {}
        for user_id, role in self._connection.execute(_ROLES, {"ids": user_ids}):
            roles[user_id] = (*roles.get(user_id, ()), role)
        return roles

    def _words(self, user_ids: Sequence[str]) -> dict[tuple[str, str], tuple[str, ...]]:
        words: dict[tuple[str, str], tuple[str, ...]] = {}
        for user_id, kind, word in self._connection.execute(_WORDS, {"ids": user_ids}):
            words[user_id, kind] = (*words.get((user_id, kind), ()), word)
        return words


def _holds(words: str) -> ColumnElement[bool]:
    sought = (_USER.c.name, _USER.c.full_name, _USER.c.email)
    return or_(*(folded(each).contains(words.strip().lower(), autoescape=True) for each in sought))


def _user(
    row: Row[Any], roles: dict[str, tuple[str, ...]], words: dict[tuple[str, str], tuple[str, ...]]
) -> User:
    values = dict(row._mapping)
    skills, territories = (words.get((row.id, kind), ()) for kind in _KINDS)
    post = Post(values.pop("team"), skills, territories)
    return User(roles=roles.get(row.id, ()), post=post, **values)
