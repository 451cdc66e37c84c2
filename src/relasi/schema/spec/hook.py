"""config/hooks/*.yaml: what other systems may send, and which records it makes."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from relasi.schema.spec.base import LabelSpec, Name, Spec
from relasi.schema.spec.mail import SecretSpec


class FoundSpec(Spec):
    at: str = Field(description="path to the value in what is sent")
    find: str = Field(description="for a link: the field of the linked record that has this value")


class ValueSpec(Spec):
    value: Any = Field(description="the same for all that comes in")


class HookSpec(Spec):
    hook: Name = Field(description="the name; other systems send to /hooks/NAME")
    label: LabelSpec | None = Field(None, description="what people call it")
    entity: str = Field(description="the entity of the records that it makes")
    secret: SecretSpec = Field(description="what both sides know")
    check: Literal["signature", "token"] = Field(
        "signature",
        description="signature: as standardwebhooks.com describes; token: the secret itself, as "
        "Authorization: Bearer",
    )
    largest: int = Field(64, ge=1, le=1024, description="kilobytes that are taken at once")
    match: str | None = Field(
        None, description="a field of `set`: the record that has its value is changed, and none is made"
    )
    set: dict[str, str | FoundSpec | ValueSpec] = Field(
        min_length=1, description="field: path in what is sent, such as sender.email or items.0.name"
    )
