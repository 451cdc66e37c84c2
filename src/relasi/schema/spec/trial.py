"""`tests:` of a rule, an entity or a suite: what happens in a CRM of their own, and what must come of it.

The maps of values are looked at once the Model is known, by `relasi.schema.compiler.trial.trials`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from relasi.schema.spec.base import Name, Spec

Values = Annotated[
    dict[str, Any], Field(description="field: value; the name of a record or a user stands for it")
]
Records = Annotated[
    dict[str, Values | None],
    Field(description="ENTITY, or ENTITY NAME where it is called otherwise: its values"),
]


RightsOfTest = Literal["read", "update", "delete", "export", "move"]


class UserOfTestSpec(Spec):
    roles: list[str] = Field(min_length=1, description="the roles of the user")
    team: str | None = Field(None, description="the team that the user is in")
    skills: list[str] = Field([], description="what the user knows")
    territories: list[str] = Field([], description="where the user works")
    language: Literal["en", "id"] | None = Field(None, description="that of the company if absent")


class NeverSpec(Spec):
    may: RightsOfTest | list[RightsOfTest] = Field(
        description="what nobody may: read, update, delete, export, move"
    )
    of: Name = Field(description="the entity")
    where: str | None = Field(None, description="of which records; of none at all if absent")


class StepOfTestSpec(Spec):
    create: Records | None = Field(
        None, description="records that are entered; what must be filled and is not named is made up"
    )
    update: Records | None = Field(None, description="records, by name, with their new values")
    move: dict[str, str] | None = Field(None, description="records, by name, with the moves that are made")
    delete: str | list[str] | None = Field(None, description="records, by name")
    press: dict[str, str] | None = Field(
        None, description="records, by name, with the rules whose buttons are pressed"
    )
    decide: dict[str, Literal["approved", "rejected", "withdrawn"]] | None = Field(
        None, description="records, by name, with the word that is given about them"
    )
    receive: str | None = Field(
        None,
        description="a hook by which another system sends `body`, form.NAME by which somebody does, or "
        "mail.NAME for a mail whose head and `text` stand in `body`",
    )
    advance: str | None = Field(None, description="how much time passes: 2 hours, 3 working days")
    never: NeverSpec | None = Field(
        None, description="what whoever is named after `as` may do with none of many records that are made up"
    )
    expect: dict[str, Any] | None = Field(
        None,
        description="what must be true now: RECORD or ENTITY: values, `no ENTITY`, `2 ENTITY`; whose word is "
        "waited for: asked; which rules wait: waits; and what must have happened since something was "
        "expected before: notified, mailed, posted (a letter), consented, called, ran, failed, cancelled, "
        "did not run; and what whoever is named after `as` has the right to: sees, does not see, may update, "
        "may not update, and so on with delete, export and move",
    )
    as_: str | None = Field(None, alias="as", description="who does it: a user, or a role of the test")
    set: Values | None = Field(None, description="values that go along with move or press")
    comment: str | None = Field(None, description="what is said with decide")
    body: dict[str, Any] | None = Field(None, description="what comes with receive, as JSON")
    fails: str | None = Field(None, description="the code of the error with which the step must be refused")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(getattr(self, name) is not None for name in DEEDS) != 1:
            raise PydanticCustomError("step", f"a step of a test is one of: {', '.join(DEEDS)}")
        return self


DEEDS = ("create", "update", "move", "delete", "press", "decide", "receive", "advance", "never", "expect")
"""What a step of a test can be."""


class TestSpec(Spec):
    at: str | None = Field(
        None, description="when it begins, in the company's time zone; 2026-01-05 09:00, a Monday, if absent"
    )
    users: dict[Name, str | list[str] | UserOfTestSpec] = Field(
        {},
        description="who there is, by their roles; a role that nobody has gets one user, called like it",
    )
    given: Records = Field({}, description="the records that there are; rules hear of them as of any others")
    as_: str | None = Field(
        None, alias="as", description="who does the steps that do not say; somebody without bounds if absent"
    )
    steps: list[StepOfTestSpec] = Field(min_length=1, description="what happens, and what is expected")


Tests = Annotated[
    dict[str, TestSpec], Field(description="what must be true: a sentence, and how it is found out")
]


class SuiteSpec(Spec):
    suite: Name = Field(description="the name")
    tests: Tests = Field(min_length=1)
