"""Messages, and the settings of all that reaches people outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal, get_args

from relasi.schema.expressions import Expression, Template
from relasi.schema.labels import Label
from relasi.schema.model.webform import WebForm
from relasi.schema.secrets import Secret


class Tls(Enum):
    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Smtp:
    """`patience` is in seconds, for each answer of the server."""

    host: str
    port: int
    tls: Tls
    user: str | None
    password: Secret | None
    patience: int


@dataclass(frozen=True, slots=True)
class Mail:
    sender: str
    reply_to: str | None
    smtp: Smtp | None


Channel = Literal["email", "letter", "phone", "chat"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
"""Ways by which people are written to or called."""


class Consent(Enum):
    NOT_NEEDED = "not needed"
    OPT_OUT = "opt out"
    REQUIRED = "required"


class Basis(Enum):
    """What the law allows a purpose by: article 20 of Indonesian Law 27/2022, article 6 of the GDPR."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal obligation"
    VITAL_INTEREST = "vital interest"
    PUBLIC_INTEREST = "public interest"
    LEGITIMATE_INTEREST = "legitimate interest"


@dataclass(frozen=True, slots=True)
class Purpose:
    name: str
    label: Label
    consent: Consent
    confirm: bool = False
    """Whether the reader of an address is asked by mail before a web form is believed."""
    basis: Basis | None = None
    """None where nobody has said it."""
    wording: Label = field(default_factory=dict)
    """How people are asked."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands on letters beside the name of the company: `lines` below it, `place` before the date.
    `logo` is the path of a picture, from the project's folder."""

    lines: tuple[str, ...] = ()
    place: str | None = None
    logo: str | None = None


@dataclass(frozen=True, slots=True)
class Outside:
    """How the company reaches people and machines outside. `address` is where people open the CRM, without a
    slash at the end; `private_hosts` are those inside the own network that webhooks may call."""

    address: str = "http://localhost:8501"
    mail: Mail | None = None
    letterhead: Letterhead = Letterhead()
    purposes: Mapping[str, Purpose] = field(default_factory=dict)
    private_hosts: frozenset[str] = frozenset()

    @property
    def delivers(self) -> bool:
        """Whether there is a server that takes mails; without one they are kept."""
        return self.mail is not None and self.mail.smtp is not None


@dataclass(frozen=True, slots=True)
class MessageTable:
    """A line for each row of the table `name` of the record: `columns` are read of the row, `below` of the
    record. Both are fields, by name."""

    name: str
    columns: Mapping[str, Expression]
    below: Mapping[str, Expression]


@dataclass(frozen=True, slots=True)
class Message:
    """`entity` is "" where it tells of no record. `subject`, `body`, and `closing` and `signature`, if there
    are any, have a text for every language of the project."""

    name: str
    label: Label
    entity: str
    purpose: str
    language: Expression | None
    subject: Mapping[str, Template]
    body: Mapping[str, Template]
    signature: Mapping[str, Template] | None = None
    table: MessageTable | None = None
    closing: Mapping[str, Template] | None = None
    """What stands below the table."""
    asks: WebForm | None = None
    """The form that its reader is asked to fill in."""
    by_person: bool = False
    """Whether somebody wrote what stands in it."""
