"""Values taken over from a linked record."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from relasi.schema.fields.base import EnteredSpec


class CopySpec(EnteredSpec):
    """The value is kept and shown as in the field that it comes from."""

    name: ClassVar[str] = "copy"
    summary: ClassVar[str] = "The value of a field of a linked record: always the same, or to begin with."

    from_: str = Field(alias="from")
    """The links on the way and the field at their end, such as `customer.tier`."""
    when: Literal["always", "when empty", "on create"] = "always"
    """`always` keeps it equal; `when empty` fills the field whenever it is empty, `on create` once, and what
    people then enter stays."""
