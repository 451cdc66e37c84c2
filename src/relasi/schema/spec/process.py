"""`process:` of an entity: states, and the moves between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from relasi.schema.fields.choice import Color, ListedSpec, OptionSpec
from relasi.schema.fields.notation.definitions import OldNames
from relasi.schema.fields.notation.numbers import Exact
from relasi.schema.spec.base import Condition, LabelSpec, Name, Spec

STATE_FIELD = "status"
"""Where a process keeps the state, unless it says otherwise."""


class StateSpec(Spec):
    kind: Literal["open", "paused", "done"] = Field(
        "open", description="whether the work goes on, waits or is over"
    )
    label: LabelSpec | None = Field(None, description="the word on the badge")
    color: Color | None = Field(None, description="of the badge")
    weight: Exact | None = Field(
        None, description="a number that conditions and formulas read as status.weight"
    )
    reasons: ListedSpec = Field(
        {},
        description="why a record is in this state: options, or the name of a value list; "
        "the move that leads here asks",
    )
    reason_required: bool = Field(False, description="whether a record may not be here without a reason")

    @property
    def listed_reasons(self) -> Mapping[str, OptionSpec]:
        """Those that are written here; a name of a list is written out before anybody asks."""
        return {} if isinstance(self.reasons, str) else self.reasons


class MoveSpec(Spec):
    from_: list[str] = Field(alias="from", min_length=1, description="the states it starts in")
    to: str = Field(description="the state it ends in")
    label: LabelSpec | None = Field(None, description="the words on the button")
    who: list[str] = Field(
        [], description="roles that may make it; everybody who may update the record if empty"
    )
    if_: Condition | None = Field(None, alias="if", description="what the record must meet")
    message: LabelSpec | None = Field(
        None,
        description="what people are told while the record does not meet `if`: what to do first; "
        "the condition in words if absent",
    )
    needs: list[str] = Field([], description="fields that must be filled; people are asked for empty ones")
    asks: list[str] = Field(
        [],
        description="as `needs`, and people are asked anew where they are filled, such as when to call again",
    )
    set: dict[str, Any] = Field(
        {}, description="what it changes: field: expression; for text fields a text with {holes}"
    )
    within: str | None = Field(
        None,
        description="how long after the record came to its state it may be made: 14 days, 3 working days",
    )
    four_eyes: bool | str = Field(
        False,
        description="true: not by whoever brought the record to its state; "
        "the name of a user field: not by the person in it",
    )
    confirm: LabelSpec | None = Field(None, description="a question that people are asked first")


class VariantSpec(Spec):
    """One of several processes of an entity."""

    label: LabelSpec | None = Field(None, description="what people call the process")
    when: Condition | None = Field(
        None, description="the records that follow it; the last variant has none: it is for all others"
    )
    states: dict[Name, StateSpec | None] = Field(
        min_length=1, description="in order; records start in the first"
    )
    moves: dict[Name, MoveSpec] = Field({}, description="the legal steps from state to state")
    entering: dict[str, str] = Field(
        {},
        description="for records that change over from another variant: their state there: their state here; "
        "states of the same name need no line",
    )


class ReasonSpec(Spec):
    field: Name | None = Field(
        None, description="the field that keeps the reason; the state field with _reason behind it if absent"
    )
    label: LabelSpec | None = Field(None, description="what people call the reason")
    was: OldNames = Field((), description="the name, or names, that this field had before")


class ProcessSpec(Spec):
    field: Name = Field(STATE_FIELD, description="the field that holds the state; it is made by the process")
    was: OldNames = Field((), description="the name, or names, that this field had before")
    label: LabelSpec | None = Field(None, description="what people call the state")
    states: dict[Name, StateSpec | None] = Field({}, description="in order; records start in the first")
    moves: dict[Name, MoveSpec] = Field({}, description="the legal steps from state to state")
    variants: dict[Name, VariantSpec] = Field(
        {}, description="several processes instead of one, such as a pipeline for each team"
    )
    reason: ReasonSpec = Field(ReasonSpec(), description="where the reasons of the states are kept")
    move_records: dict[str, str] = Field(
        {}, description="where records go whose state is taken away: old state: new state"
    )

    @model_validator(mode="after")
    def _one_or_several(self) -> Self:
        if self.variants and (self.states or self.moves):
            help = "move its states and moves into a variant"
            raise PydanticCustomError(
                "process", "there are variants, so it has no states of its own", {"help": help}
            )
        if not self.variants and not self.states:
            help = "add states: {new: , done: {kind: done}}"
            raise PydanticCustomError("process", "it needs states", {"help": help})
        return self

    @property
    def parts(self) -> Mapping[str, VariantSpec]:
        """The variants; a process without any is the only one of its kind, and has no name."""
        return self.variants or {"": VariantSpec(states=self.states, moves=self.moves)}

    @property
    def all_states(self) -> Mapping[str, StateSpec]:
        """The states of all variants; where two share a name, the first says what it is."""
        found: dict[str, StateSpec] = {}
        for part in self.parts.values():
            for name, state in part.states.items():
                found.setdefault(name, state or StateSpec())
        return found

    @property
    def since_field(self) -> str:
        """When the record came to its state."""
        return f"{self.field}_since"

    @property
    def reason_field(self) -> str:
        return self.reason.field or f"{self.field}_reason"

    @property
    def has_reasons(self) -> bool:
        return any(state.reasons for state in self.all_states.values())
