"""Web forms: what anybody may fill in, and which record it makes or fills in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from relasi.schema.fields.base import Value
from relasi.schema.labels import Label
from relasi.schema.model.access import Grant

WAY_IN = "form."
"""Stands before the name of a form where rules and tests name what a record came in by."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of the form; `help` is empty where nothing more is said."""

    name: str
    label: Label
    help: Label | None
    required: bool


@dataclass(frozen=True, slots=True)
class Agreement:
    """A box to tick: `text` is what it says, `address` the field with the address that it is about."""

    purpose: str
    text: Label
    address: str
    required: bool


@dataclass(frozen=True, slots=True)
class WebForm:
    """`grants` is all that whoever fills it in may do and see; `values` is what is the same for all."""

    name: str
    label: Label
    text: Label | None
    entity: str
    fields: tuple[Asked, ...]
    values: Mapping[str, Value]
    agreements: tuple[Agreement, ...]
    button: Label | None
    thanks: Label | None
    then: str | None
    languages: tuple[str, ...]
    origins: tuple[str, ...]
    is_open: bool
    grants: Mapping[str, Grant]
    fills: bool = False
    """Whether it fills in a record that is there, the one of which its link tells."""

    @property
    def way_in(self) -> str:
        """What rules wait for."""
        return WAY_IN + self.name
