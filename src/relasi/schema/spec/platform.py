"""config/platforms/: where the records live, one file for each place."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from relasi.schema.spec.base import Name, Spec
from relasi.schema.spec.mail import SecretSpec


class LoginSpec(Spec):
    email: str = Field(description="of a user of NocoDB who may add bases")
    password: SecretSpec = Field(description="where the password is found")


class GridSpec(Spec):
    """How NocoDB reaches the PostgreSQL server; as Relasi does where left out."""

    host: str | None = Field(None, description="name of the server, as the machine of NocoDB knows it")
    port: int | None = Field(None, ge=1, le=65535, description="where it listens")
    user: str = Field(description="the role that NocoDB connects as; give it the tables that people may see")
    password: SecretSpec | None = Field(None, description="where its password is found")


class NocodbSpec(Spec):
    url: str = Field(description="address of the NocoDB server, such as https://tables.example.com")
    base: str | None = Field(
        None, min_length=1, max_length=50, description="title of the base; the name of the company if absent"
    )
    token: SecretSpec | None = Field(
        None, description="kind nocodb: where an API token is found whose user may add bases"
    )
    login: LoginSpec | None = Field(
        None, description="kind postgresql: NocoDB lets only people look for new tables, not tokens"
    )
    grid: GridSpec | None = Field(None, description="kind postgresql: how NocoDB reaches the database")
    entities: list[str] = Field([], description="those that stand in the base; all of them if left out")
    unencrypted: bool = Field(
        False, description="whether http:// may be used to another machine, which anybody between can read"
    )


class PlatformSpec(Spec):
    platform: Name = Field(description="the name that crm.yaml chooses it by")
    kind: Literal["sqlite", "postgresql", "nocodb"] = Field(
        description="what keeps the records; nocodb: people see and change a copy of them there, and Relasi"
        " keeps its own in SQLite, or in PostgreSQL where `database` is written"
    )
    sample_data: bool = Field(False, description="fill a fresh database with sample users and records")
    files: str | None = Field(
        None,
        description="folder of attached files, from the project's folder; beside the SQLite file, or"
        " data/<platform>.files; processes on several machines need one that all of them see",
    )
    file: str = Field(
        "data/crm.db", description="sqlite, nocodb: path of the file, from the project's folder"
    )
    host: str = Field("localhost", description="postgresql: name of the server, or the folder of its socket")
    port: int = Field(5432, ge=1, le=65535, description="postgresql: where it listens")
    database: str | None = Field(None, description="postgresql: name of the database, which is there already")
    user: str | None = Field(
        None, description="postgresql: the role to connect as; who runs Relasi if left out"
    )
    password: SecretSpec | None = Field(None, description="postgresql: where the password is found")
    tls: Literal["verify", "encrypt", "none"] | None = Field(
        None,
        description="postgresql: verify also asks the server for its certificate. If left out: none for a"
        " server on this machine, verify for others",
    )
    root_certificate: str | None = Field(
        None,
        description="postgresql: file with the certificates to verify the server by, from the project's"
        " folder; those of the operating system if left out",
    )
    schema_: Name = Field(
        "public", alias="schema", description="postgresql: the schema for all tables, which is there already"
    )
    connections: int = Field(
        10,
        ge=2,
        le=1000,
        description="postgresql: how many one process opens at most; each page being made needs one",
    )
    connect_timeout: int = Field(
        5, ge=2, le=300, description="postgresql: seconds to wait for the server to answer at first"
    )
    statement_timeout: int = Field(
        60, ge=1, le=3600, description="postgresql: seconds that one question may take; apply takes its time"
    )
    nocodb: NocodbSpec | None = Field(
        None, description="a NocoDB in which people look at the records and change them"
    )
