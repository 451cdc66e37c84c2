"""How to reach a PostgreSQL server: what the settings of a platform mean in the driver's words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import URL

from relasi.errors import PlatformUnavailable, Refused
from relasi.schema.model import PostgresqlServer, ServerTls
from relasi.schema.secrets import reveal

_MODES = {ServerTls.VERIFY: "verify-full", ServerTls.ENCRYPT: "require", ServerTls.NONE: "disable"}
_OF_THE_SYSTEM = "system"


def url_of(server: PostgresqlServer, root: Path) -> URL:
    """Everything but the password, so that none can be shown with it."""
    query = {
        "host": server.host,
        "port": str(server.port),
        "sslmode": _MODES[server.tls],
        "connect_timeout": str(server.connect_timeout),
        "application_name": "relasi",
        "options": f"-csearch_path={server.schema} -cstatement_timeout={server.statement_timeout}s",
    }
    if server.tls is ServerTls.VERIFY:
        given = server.root_certificate
        query["sslrootcert"] = str(root / given) if given else _OF_THE_SYSTEM
    return URL.create("postgresql+psycopg", username=server.user, database=server.database, query=query)


def password_of(server: PostgresqlServer, root: Path) -> Callable[[], str] | None:
    """Looked up for each new connection, so that a changed one is found without a restart."""
    secret = server.password
    if secret is None:
        return None

    def password() -> str:
        try:
            return reveal(secret, root)
        except Refused as error:
            raise PlatformUnavailable(error.code, **error.params) from error

    return password
