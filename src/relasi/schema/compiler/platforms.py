"""A document of config/platforms -> where the records live."""

from __future__ import annotations

from pathlib import PurePath

from relasi.schema.compiler.mail import secret_of
from relasi.schema.compiler.page import Page
from relasi.schema.model import PlatformSettings, PostgresqlServer, ServerTls, SqliteFile
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
"""The keys that only one kind of platform has."""

_HERE = ("localhost", "127.0.0.1", "::1")


def compile_platform(spec: PlatformSpec, page: Page) -> PlatformSettings:
    for key, kind in _KINDS.items():
        if kind != spec.kind and key in page.document.root.entries:
            message = f'"{key}" is a key of platforms of kind {kind}, and this one is {spec.kind}'
            page.wrong((key,), "contradiction", message, help=f"take {key} away", at_key=True)
    if spec.kind == "sqlite":
        beside = PurePath(spec.file)
        files = spec.files or str(beside.with_name(f"{beside.stem}.files"))
        return PlatformSettings(spec.platform, SqliteFile(spec.file), files, spec.sample_data)
    files = spec.files or f"data/{spec.platform}.files"
    return PlatformSettings(spec.platform, _server(spec, page), files, spec.sample_data)


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
