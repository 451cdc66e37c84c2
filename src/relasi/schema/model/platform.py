"""Where the records live."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from relasi.schema.secrets import Secret


class ServerTls(Enum):
    VERIFY = "verify"
    ENCRYPT = "encrypt"
    NONE = "none"


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
class PlatformSettings:
    """`files` is the folder of attachments, its path from the project's folder. `sample_data` asks for sample
    users and records in a fresh database."""

    name: str
    database: SqliteFile | PostgresqlServer
    files: str
    sample_data: bool = False
