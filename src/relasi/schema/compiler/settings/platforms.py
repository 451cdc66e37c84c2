"""A document of config/platforms -> where the records live."""

from __future__ import annotations

from pathlib import PurePath

from relasi.schema.compiler.page import Page
from relasi.schema.compiler.settings.mail import secret_of
from relasi.schema.compiler.settings.nocodb import compile_nocodb
from relasi.schema.model import PlatformSettings, PostgresqlServer, ServerTls, SqliteFile
from relasi.schema.model.platform import Watch
from relasi.schema.spec.platform import PlatformSpec

_SERVER = (
    "host",
    "port",
    "database",
    "user",
    "password",
    "tls",
    "root_certificate",
    "schema",
    "connections",
    "connect_timeout",
    "statement_timeout",
)
_KINDS = {"file": "sqlite", **dict.fromkeys(_SERVER, "postgresql")}
"""The keys that only one kind of database has."""

_HERE = ("localhost", "127.0.0.1", "::1")


def compile_platform(spec: PlatformSpec, page: Page) -> PlatformSettings:
    database = _database_of(spec)
    for key, kind in _KINDS.items():
        if kind != database and key in page.document.root.entries:
            message = f'"{key}" is a key of platforms of kind {kind}, and this one is {spec.kind}'
            page.wrong((key,), "contradiction", message, help=f"take {key} away", at_key=True)
    place = SqliteFile(spec.file) if database == "sqlite" else _server(spec, page)
    nocodb = compile_nocodb(spec, page, place)
    return PlatformSettings(
        spec.platform,
        place,
        spec.files or _files_beside(spec.platform, place),
        spec.sample_data,
        watch=(Watch.EDITS if nocodb.grid else Watch.CHANGES) if nocodb else None,
        nocodb=nocodb,
    )


def _database_of(spec: PlatformSpec) -> str:
    if spec.kind == "nocodb":
        return "postgresql" if spec.database else "sqlite"
    return spec.kind


def _files_beside(platform: str, place: SqliteFile | PostgresqlServer) -> str:
    if isinstance(place, SqliteFile):
        beside = PurePath(place.file)
        return str(beside.with_name(f"{beside.stem}.files"))
    return f"data/{platform}.files"


def _server(spec: PlatformSpec, page: Page) -> PostgresqlServer:
    if not spec.database:
        help = "add database: and the name of a database that is there"
        page.wrong(("kind",), "missing-key", '"database" is missing', help=help)
    is_here = spec.host in _HERE or spec.host.startswith("/")
    tls = ServerTls(spec.tls or ("none" if is_here else "verify"))
    if spec.root_certificate is not None and tls is not ServerTls.VERIFY:
        message = f'"root_certificate" has no use with tls: {tls.value}'
        help = "write tls: verify, or take root_certificate away"
        page.wrong(("root_certificate",), "contradiction", message, help=help, at_key=True)
    return PostgresqlServer(
        host=spec.host,
        port=spec.port,
        database=spec.database or "",
        user=spec.user,
        password=secret_of(spec.password),
        tls=tls,
        root_certificate=spec.root_certificate,
        schema=spec.schema_,
        connections=spec.connections,
        connect_timeout=spec.connect_timeout,
        statement_timeout=spec.statement_timeout,
    )
