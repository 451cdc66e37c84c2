"""`nocodb:` of a platform -> which server, which base, and how to come in."""

from __future__ import annotations

from urllib.parse import urlsplit

from relasi.schema.compiler.draft import Draft
from relasi.schema.compiler.page import Page
from relasi.schema.compiler.settings.mail import secret_of
from relasi.schema.model.platform import Grid, Nocodb, PostgresqlServer, SqliteFile
from relasi.schema.spec.platform import NocodbSpec, PlatformSpec

_HERE = ("localhost", "127.0.0.1", "::1")
_OF_KIND = {"token": "nocodb", "login": "postgresql", "grid": "postgresql"}


def compile_nocodb(spec: PlatformSpec, page: Page, place: SqliteFile | PostgresqlServer) -> Nocodb | None:
    written = spec.nocodb
    if written is None:
        if spec.kind == "nocodb":
            help = "add nocodb: with the url of the server and where its token is found"
            page.wrong(("kind",), "missing-key", '"nocodb" is missing', help=help)
        return None
    if spec.kind == "sqlite":
        help = "write kind: nocodb; the records are kept in the same file then"
        page.wrong(("kind",), "contradiction", '"nocodb" has no use with kind: sqlite', help=help)
        return None
    _check_address(written, page)
    _check_way_in(spec.kind, written, page)
    login = written.login and secret_of(written.login.password)
    return Nocodb(
        url=written.url.rstrip("/"),
        base=written.base,
        token=secret_of(written.token),
        login=(written.login.email, login) if written.login and login else None,
        grid=_grid(written, place) if isinstance(place, PostgresqlServer) else None,
        entities=tuple(written.entities),
    )


def check_entities(draft: Draft, spec: PlatformSpec, page: Page) -> None:
    for index, name in enumerate(spec.nocodb.entities if spec.nocodb else ()):
        draft.pick_entity(page, ("nocodb", "entities", index), name)


def _check_address(written: NocodbSpec, page: Page) -> None:
    path = ("nocodb", "url")
    address = urlsplit(written.url)
    if address.scheme not in ("http", "https") or not address.hostname or address.username:
        message = f'"url" cannot be "{written.url}"'
        page.wrong(path, "bad-value", message, help="write an address such as https://tables.example.com")
    elif address.scheme == "http" and address.hostname not in _HERE and not written.unencrypted:
        help = "write https://, or unencrypted: true where nobody else can read along"
        page.wrong(path, "bad-value", '"url" would send the records for anybody to read', help=help)


def _check_way_in(kind: str, written: NocodbSpec, page: Page) -> None:
    for key, needed in _OF_KIND.items():
        if kind != needed and getattr(written, key) is not None:
            message = f'"{key}" has no use with kind: {kind}'
            path = ("nocodb", key)
            page.wrong(path, "contradiction", message, help=f"take {key} away", at_key=True)
    wanted = "token" if kind == "nocodb" else "login"
    if getattr(written, wanted) is None:
        help = f"add {wanted}: to nocodb:"
        page.wrong(("nocodb",), "missing-key", f'"{wanted}" is missing', help=help, at_key=True)


def _grid(written: NocodbSpec, place: PostgresqlServer) -> Grid | None:
    """None where the base holds a copy."""
    if written.login is None:
        return None
    given = written.grid
    return Grid(
        host=(given and given.host) or place.host,
        port=(given and given.port) or place.port,
        user=given.user if given else place.user or "",
        password=secret_of(given.password) if given else place.password,
    )
