"""Telephone numbers."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import ClassVar, Self

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType
from pydantic import PrivateAttr

from relasi.schema.expressions import types
from relasi.schema.fields.base import (
    FieldType,
    Kind,
    Showing,
    Storage,
    Surroundings,
    Value,
    ValueProblem,
    Widget,
    quoted,
)
from relasi.schema.fields.notation.characters import clean
from relasi.schema.fields.notation.disguised import Disguised

SHORTEST_PART = 4
"""Digits; fewer are a part of nearly every number."""


class PhoneField(FieldType):
    """Values are str in E.164 (+6281234567890), in a range that their country has given out."""

    name: ClassVar[str] = "phone"
    summary: ClassVar[str] = "A telephone number, kept in its international form."
    widget: ClassVar[Widget] = Widget.TEXT
    scheme: ClassVar[str | None] = "tel:"

    region: str | None = None
    """The country of numbers without a country code, as two capital letters; that of crm.yaml if absent."""

    _region: str = PrivateAttr(default="ID")

    def connect(self, around: Surroundings) -> Self:
        resolved = self.model_copy()
        resolved._region = self.region or around.region
        if self.region is not None and self.region not in phonenumbers.SUPPORTED_REGIONS:
            around.problem(
                ("region",),
                "unknown-region",
                f'"{self.region}" is not a country',
                word=self.region,
                candidates=sorted(phonenumbers.SUPPORTED_REGIONS),
                help="write the two capital letters of the country, such as ID or SG",
            )
        return resolved

    def example(self, number: int) -> Value:
        known = phonenumbers.example_number_for_type(self._region, PhoneNumberType.MOBILE)
        return known and phonenumbers.format_number(known, PhoneNumberFormat.E164)

    def storage(self) -> Storage:
        return Storage(Kind.TEXT, length=20)

    def expression_type(self) -> types.Type:
        return types.Text()

    def keep(self, value: Value) -> Value:
        text = clean(value)
        if text is None:
            return None
        try:
            number = phonenumbers.parse(text, self._region)
        except phonenumbers.NumberParseException as error:
            raise ValueProblem("not_a_phone", value=quoted(text)) from error
        if number.extension:
            raise ValueProblem("phone_extension", value=quoted(text))
        if not phonenumbers.is_valid_number(number):
            raise ValueProblem("not_a_phone", value=quoted(text))
        return phonenumbers.format_number(number, PhoneNumberFormat.E164)

    def sought(self, typed: str) -> str | None:
        return part_of_number(typed, self._region)

    def show(self, value: Value, showing: Showing) -> str:
        if isinstance(value, Disguised):
            return value
        return _spaced(value)

    def hint(self, showing: Showing) -> str | None:
        return self.show(self.example(0), showing)


@lru_cache(maxsize=10_000)  # a page of a list shows the same ones again after each click
def _spaced(number: str) -> str:
    return phonenumbers.format_number(phonenumbers.parse(number), PhoneNumberFormat.INTERNATIONAL)


def part_of_number(typed: str, region: str) -> str | None:
    """What the international form of a number contains if a part of it was typed in one of the ways that are
    usual in the region; None for what is no part of a number."""
    digits = re.sub(r"[\s()./+-]", "", typed)
    if len(digits) < SHORTEST_PART or not (digits.isascii() and digits.isdecimal()):
        return None
    if typed.lstrip(" (").startswith("+"):
        return f"+{digits}"
    trunk = phonenumbers.ndd_prefix_for_region(region, True)
    if trunk and digits.startswith(trunk):
        return f"+{phonenumbers.country_code_for_region(region)}{digits.removeprefix(trunk)}"
    return digits
