"""What the tests of field types start from: a small project, two readers, two audiences."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from relasi.schema.fields.base import (
    FieldType,
    Moment,
    Option,
    Reading,
    Showing,
    Surroundings,
    Value,
    ValueProblem,
)
from relasi.schema.fields.registry import FIELD_TYPES

JAKARTA = ZoneInfo("Asia/Jakarta")
NEW_YORK = ZoneInfo("America/New_York")

INDONESIAN = Reading(Locale("id"), JAKARTA)
ENGLISH = Reading(Locale("en"), JAKARTA)

FOR_INDONESIANS = Showing(Locale("id"), JAKARTA, "IDR")
FOR_ENGLISH = Showing(Locale("en"), JAKARTA, "IDR")

MOMENT = Moment(now=datetime(2026, 12, 31, 20, 30, 15, tzinfo=UTC), zone=JAKARTA, user_id="dewi")
"""Already 2027 in Jakarta."""


@dataclass(frozen=True, slots=True)
class Problem:
    path: tuple[str | int, ...]
    code: str
    word: str | None
    candidates: tuple[str, ...]


@dataclass(slots=True)
class Problems:
    """Collects what types report about their own definition."""

    found: list[Problem] = field(default_factory=list)

    def __call__(
        self,
        path: tuple[str | int, ...],
        code: str,
        message: str,
        *,
        word: str | None = None,
        candidates: Iterable[str] = (),
        help: str = "",
    ) -> None:
        assert message
        self.found.append(Problem(path, code, word, tuple(candidates)))


def _surroundings(problems: Problems, currency: str) -> Surroundings:
    tiers = {
        "gold": Option("gold", {"en": "Gold", "id": "Emas"}),
        "silver": Option("silver", {"en": "Silver", "id": "Perak"}),
    }
    return Surroundings(
        ("customer", "product"), {"tiers": tiers}, currency, ("en", "id"), problems, entity="customer"
    )


def made(type_: str, *, currency: str = "IDR", **keys: Any) -> FieldType:
    """A field of the type as an author would write it, which must have no problems."""
    problems = Problems()
    found = FIELD_TYPES[type_].model_validate({"type": type_, **keys})
    resolved = found.resolve(_surroundings(problems, currency))
    assert problems.found == []
    return resolved


def problems_of(type_: str, **keys: Any) -> list[Problem]:
    """What is reported about such a field."""
    problems = Problems()
    FIELD_TYPES[type_].model_validate({"type": type_, **keys}).resolve(_surroundings(problems, "IDR"))
    return problems.found


def refusal(call: Callable[..., Value], *arguments: object) -> str:
    """The code of the problem that the call must raise."""
    with pytest.raises(ValueProblem) as caught:
        call(*arguments)
    assert caught.value.text("en")
    assert caught.value.text("id")
    return caught.value.code
