"""config/mailboxes/*.yaml: where mails come in, which records they become, and to what they belong."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from relasi.schema.spec.base import LabelSpec, Name, Spec
from relasi.schema.spec.hook import ValueSpec
from relasi.schema.spec.mail import SecretSpec

Part = Literal["from", "name", "to", "copies", "subject", "text", "date", "files", "automatic", "found by"]


class ServerSpec(Spec):
    host: str | SecretSpec = Field(
        description="name of the IMAP server; where {env: NAME} is not set, nothing is fetched"
    )
    port: int = Field(993, ge=1, le=65535, description="where it listens")
    tls: Literal["tls", "starttls", "none"] = Field(
        "tls", description="how the connection is protected: from the first byte, later, or not at all"
    )
    user: str | SecretSpec = Field(description="the name to sign in with")
    password: SecretSpec = Field(description="where the password is found")
    folder: str = Field("INBOX", min_length=1, description="the folder whose mails are taken")
    move_to: str | None = Field(
        None,
        description="a folder to which mails go once they are taken; if absent, unread mails are taken and "
        "marked as read",
    )
    patience: int = Field(
        30, ge=1, le=300, description="seconds to wait for each answer before giving up for now"
    )


class ThreadSpec(Spec):
    link: str = Field(description="the link to the record that a mail belongs to")
    number: str | None = Field(
        None, description="a field of that record whose value, in a subject, tells that a mail is about it"
    )
    number_in_address: bool = Field(
        False,
        description="true: the number also stands in the address where mails are answered, as in "
        "support+CAS-2026-00012@…; the mail server must put what comes to such addresses into this mailbox",
    )
    people: list[str] = Field(
        min_length=1,
        description="expressions about that record: addresses from which a mail about it is believed, beside "
        "those of its mails so far",
    )


class MailboxSpec(Spec):
    mailbox: Name = Field(description="the name; rules wait for mail.NAME")
    label: LabelSpec | None = Field(None, description="what people call it")
    entity: str = Field(description="the entity of the records that mails become")
    address: str | SecretSpec | None = Field(
        None, description="its address: mails about records of its threads are answered there"
    )
    server: ServerSpec | None = Field(
        None, description="where mails are fetched; without one they come by `relasi receive`"
    )
    every: str = Field("1 minute", description="how often it is looked at")
    largest: int = Field(25, ge=1, le=100, description="megabytes: of a larger mail only the head is taken")
    most: int = Field(
        20,
        ge=1,
        le=10_000,
        description="mails of one sender in a day; those beyond count as automatic, so that two machines do "
        "not write to each other for ever",
    )
    set: dict[str, Part | ValueSpec] = Field(
        min_length=1, description="field: the part of a mail that it gets, or the same value for all"
    )
    thread: ThreadSpec | None = Field(None, description="how answers come to what they are about")
