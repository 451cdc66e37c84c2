"""Where the records live."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from relasi.schema.secrets import Secret


class ServerTls(Enum):
    VERIFY = "verify"
    ENCRYPT = "encrypt"
    NONE = "none"


class Watch(Enum):
    """What the database notes by itself: `EDITS` that others than Relasi make to its tables, or all `CHANGES`
    of records, for a copy elsewhere."""

    EDITS = "edits"
    CHANGES = "changes"


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """`file` is its path from the project's folder."""

    file: str


@dataclass(frozen=True, slots=True)
class PostgresqlServer:
    """Where a server listens, and what is ours there.

    `host` may be the folder of a socket. Without `user` the operating system says who we are. The timeouts
    are in seconds; `connections` are the most of one process.
    """

    host: str
    port: int
    database: str
    user: str | None
    password: Secret | None
    tls: ServerTls
    root_certificate: str | None
    schema: str
    connections: int
    connect_timeout: int
    statement_timeout: int


@dataclass(frozen=True, slots=True)
class Grid:
    """How NocoDB itself reaches the PostgreSQL server in which the records are, and as whom."""

    host: str
    port: int
    user: str
    password: Secret | None


@dataclass(frozen=True, slots=True)
class Nocodb:
    """A NocoDB server and the base of it in which people look at the records and change them.

    With `token` the base holds a copy of the records; with `login`, an e-mail and the password of it, and
    `grid` it shows the tables themselves. No `entities` mean all.
    """

    url: str
    base: str | None
    """Its title; None for the name of the company."""
    token: Secret | None
    login: tuple[str, Secret] | None
    grid: Grid | None
    entities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlatformSettings:
    """`files` is the folder of attachments, its path from the project's folder. `sample_data` asks for sample
    users and records in a fresh database."""

    name: str
    database: SqliteFile | PostgresqlServer
    files: str
    sample_data: bool = False
    watch: Watch | None = None
    nocodb: Nocodb | None = None
