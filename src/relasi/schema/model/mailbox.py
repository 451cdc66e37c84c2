"""Mailboxes: where mails come in, and what they become."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from relasi.schema.expressions import Expression
from relasi.schema.fields.base import Value
from relasi.schema.labels import Label
from relasi.schema.model.mail import Tls
from relasi.schema.secrets import Secret

WAY_IN = "mail."
"""Stands before the name of a mailbox where rules and tests name what a record came in by."""


FOUND_BY = ("answer", "address", "number")
"""How it was found what a mail belongs to: it answers one of ours, or the number stands in the address that
it was sent to, or in its subject."""


@dataclass(frozen=True, slots=True)
class Imap:
    """`patience` is in seconds, for each answer of the server. What is a secret is looked up when needed."""

    host: str | Secret
    port: int
    tls: Tls
    user: str | Secret
    password: Secret
    folder: str
    move_to: str | None
    patience: int


@dataclass(frozen=True, slots=True)
class Thread:
    """`link` is the field by which a record of `mails` belongs to one of `entity`; `number` is the field of
    that one which stands in subjects, and with `number_in_address` where it is answered; `people` give the
    addresses of those who may write about it."""

    mails: str
    link: str
    entity: str
    number: str | None
    number_in_address: bool
    people: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`largest` is in bytes. `parts` are the fields that get a part of each mail, by the part; `values` what
    is the same for all."""

    name: str
    label: Label
    entity: str
    address: str | Secret | None
    server: Imap | None
    every: timedelta
    largest: int
    most: int
    parts: Mapping[str, str]
    values: Mapping[str, Value]
    thread: Thread | None

    @property
    def way_in(self) -> str:
        """What rules wait for."""
        return WAY_IN + self.name
