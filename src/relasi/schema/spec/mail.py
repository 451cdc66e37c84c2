"""What reaches people outside: messages, the mail server, and what may be written for which purpose."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from relasi.schema.spec.base import LabelSpec, Name, Spec


class SecretSpec(Spec):
    """A secret stands outside of the project: one of the two says where."""

    env: str | None = Field(None, description="the environment variable that holds it")
    file: str | None = Field(None, description="the file that holds it, its path from the project's folder")

    @model_validator(mode="before")
    @classmethod
    def _not_itself(cls, written: object) -> object:
        if isinstance(written, str | int):
            message = "a secret never stands in these files: write {env: NAME} or {file: path}"
            raise PydanticCustomError("secret", message)
        return written

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.env is None) == (self.file is None):
            raise PydanticCustomError("secret", "a secret is {env: NAME} or {file: path}, one of the two")
        return self


class SmtpSpec(Spec):
    host: str = Field(description="name of the mail server")
    port: int = Field(587, ge=1, le=65535, description="where it listens")
    tls: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="how the connection is protected; tls from the first byte is usual on 465"
    )
    user: str | None = Field(None, description="the name to sign in with")
    password: SecretSpec | None = Field(None, description="where the password is found")
    patience: int = Field(
        30, ge=1, le=300, description="seconds to wait for each answer before giving up for now"
    )


class MailSpec(Spec):
    from_: str = Field(alias="from", description='the sender: an address, or "Name <address>"')
    reply_to: str | None = Field(None, description="where answers go, if not to the sender")
    smtp: SmtpSpec | None = Field(
        None, description="the server that delivers; without one, mails are kept and shown in the app"
    )


class LetterheadSpec(Spec):
    lines: list[str] = Field(
        [], description="what stands below the name of the company: street, telephone, tax number"
    )
    place: str | None = Field(None, description="the town that stands before the date")
    logo: str | None = Field(
        None, description="a picture above the name of the company, its path from the project's folder"
    )


class PurposeSpec(Spec):
    label: LabelSpec | None = Field(None, description="what people are asked to agree to, or may opt out of")
    consent: Literal["not needed", "opt out", "required"] = Field(
        "not needed",
        description="opt out: sent until the person objects; required: sent once the person has agreed",
    )
    basis: (
        Literal[
            "consent",
            "contract",
            "legal obligation",
            "vital interest",
            "public interest",
            "legitimate interest",
        ]
        | None
    ) = Field(
        None,
        description="what the law allows it by; consent where consent is required, and contract for "
        "`service`, if absent",
    )
    wording: LabelSpec | None = Field(
        None, description="the words in which people are asked, kept with their answer; the label if absent"
    )
    confirm: bool = Field(
        False,
        description="true: what is agreed to in a web form counts once the reader of the address confirms it "
        "by a link in a mail",
    )


class WebhooksSpec(Spec):
    private: list[str] = Field(
        [], description="hosts inside the own network that rules may call all the same"
    )


class MessageTableSpec(Spec):
    rows: str = Field(description="a field of the type rows or many: a line for each of its rows")
    columns: list[str] = Field(min_length=1, description="fields of a row, in order")
    below: list[str] = Field([], description="fields of the record itself, a line each, such as its sums")


class MessageSpec(Spec):
    message: Name = Field(description="the name that steps choose it by")
    label: LabelSpec | None = Field(None, description="what people call the message")
    entity: str | None = Field(
        None, description="the entity whose records it tells of; left out where it tells of none"
    )
    purpose: str = Field(
        "service", description="why it is sent, one of `purposes` in crm.yaml; consent is asked for by it"
    )
    language: str | None = Field(
        None, description="expression for the recipient's language; the first of the project if absent"
    )
    written_by: Literal["rule", "person"] = Field(
        "rule",
        description="person: what somebody has written goes out by it, such as an answer to somebody "
        "outside; such mails do not say of themselves that a machine made them (Auto-Submitted)",
    )
    subject: LabelSpec = Field(description="one line with {holes}")
    body: LabelSpec = Field(
        description="text with {holes}; **strong**, *emphasis*, lists and [links](https://…)"
    )
    table: MessageTableSpec | None = Field(
        None, description="rows of the record, such as the lines of an order, below the body"
    )
    closing: LabelSpec | None = Field(None, description="what stands below the table, written like the body")
    asks: str | None = Field(
        None,
        description="a form from config/forms/ that `fills` in the record: its link, which knows the record, "
        "stands below the body of a mail to somebody outside",
    )
    signature: LabelSpec | None = Field(
        None,
        description="the lines below the body, with {holes}: Yours sincerely, and who signs; letters leave "
        "room for a pen between the first line and the others",
    )
