"""`duplicates:`, `merge:` and `quality:` of an entity: which records may be one and the same, what one is
made of, and what is expected of each."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from relasi.schema.fields.notation.definitions import Names
from relasi.schema.spec.base import Condition, LabelSpec, Name, Spec

Words = Literal["text", "person", "company", "address"]
Survives = Literal["filled", "newest", "oldest", "longest", "greatest", "least", "all"]


class LikeSpec(Spec):
    words: Words = Field(
        description="what sort of words it holds: text; person (titles do not count); company (legal forms "
        "such as PT, CV, Tbk, Ltd and GmbH do not count); address (Jalan is Jl, other numbers are "
        "other places)"
    )
    weight: int = Field(1, ge=1, le=100, description="how much it counts beside the others")


class TwinSpec(Spec):
    label: LabelSpec | None = Field(None, description="what people are told that is alike")
    when: Condition | None = Field(
        None, description="the records that it is about: a condition on fields of their own; all if absent"
    )
    same: Names = Field((), description="fields whose values are equal, whatever their case")
    like: dict[Name, Words | LikeSpec] = Field(
        {},
        description="text fields that are alike, each with what sort of words it holds; the heaviest, or the "
        "first, has to be filled",
    )
    at_least: float = Field(
        0.85, ge=0.7, le=1, description="how much they are alike, from 0.7 to 1 for equal words"
    )
    within: str | None = Field(
        None, description="only records that were made in the time before, such as 7 days"
    )
    then: Literal["warn", "refuse"] = Field(
        "warn",
        description="warn: whoever enters a record sees those like it and may save it all the same; refuse: "
        "it is not saved, whoever or whatever enters it",
    )


class TrustSpec(Spec):
    by: str = Field(description="a choice field of the record that says where it comes from")
    trust: list[str] = Field(min_length=1, description="its options, the most trusted first")


class QualitySpec(Spec):
    expected: Names = Field((), description="fields that should be filled, though a record is saved without")
    stale_after: str | None = Field(
        None, description="how long a record may stay as it is before somebody should look at it: 365 days"
    )


class MergeSpec(Spec):
    keep: Survives = Field(
        "filled",
        description="which value stays where the records differ: filled, that of the record that stays, or "
        "else of another one; newest and oldest, of the record that was changed last, or made first; longest "
        "text; greatest and least value; all of them, in texts of several lines and in fields of "
        "several values",
    )
    fields: dict[Name, Survives | TrustSpec] = Field(
        {},
        description="fields for which it is another one, or that of the most trusted source: "
        "{by: …, trust: …}",
    )
