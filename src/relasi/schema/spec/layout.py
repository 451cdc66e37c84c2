"""`board:`, `calendar:` of an entity and `work:` of a list: other ways of showing records than as rows."""

from __future__ import annotations

from pydantic import Field

from relasi.schema.spec.base import Spec


class BoardSpec(Spec):
    """An entity with a process has a board without it."""

    by: str | None = Field(
        None, description="the choice whose options are the columns; the state of the process if absent"
    )
    sum: str | None = Field(None, description="the field whose values are added up in each column")
    card: list[str] = Field(
        [], description="what a card tells below the title; the first columns of the first list if empty"
    )


class CalendarSpec(Spec):
    from_: str = Field(alias="from", description="the field with the day, or the day and time, of a record")
    to: str | None = Field(None, description="the field with the last day, or the end")
    title: str | None = Field(
        None, description="how a record is called there, with {field} holes; its title if absent"
    )
    color: str | None = Field(
        None, description="the choice that gives the color; the state of the process if absent"
    )


class WorkSpec(Spec):
    """What people have before them while they work through a list, one record after the other."""

    show: list[str] = Field(
        [],
        description="fields of the record, or of a linked one (LINK.FIELD); the columns of the list if empty",
    )
    actions: list[str] | None = Field(
        None, description="moves and rules with a button, by name; all that there are if absent"
    )
