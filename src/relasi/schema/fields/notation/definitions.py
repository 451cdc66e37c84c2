"""What stands in definitions of any type: days, the names that something had before, whom it is for, and how
long it is kept."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from relasi.schema.labels import LabelSpec


def _day(written: object) -> date:
    if isinstance(written, date):
        return written
    try:
        return date.fromisoformat(str(written))
    except ValueError as error:
        raise PydanticCustomError("not_a_day", "a day is written 2027-01-31") from error


Day = Annotated[date, BeforeValidator(_day, json_schema_input_type=str)]
"""A day in a definition."""


def _several(written: object) -> object:
    return (
        (written,) if isinstance(written, str) else tuple(written) if isinstance(written, list) else written
    )


OldNames = Annotated[tuple[str, ...], BeforeValidator(_several, json_schema_input_type=str | list[str])]
"""One name, or several: a database may have missed the steps in between."""


Names = Annotated[tuple[str, ...], BeforeValidator(_several, json_schema_input_type=str | list[str])]
"""One name, or several."""


class FieldAccessSpec(BaseModel):
    """The roles that a field is for, where not all that may read or change the record see and change it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    read: list[str] | None = Field(None, description="the only roles that see it")
    update: list[str] | None = Field(None, description="the only roles that fill or change it")


class RetentionSpec(BaseModel):
    """The long form; the short one is a text: 3 years after closed_at."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    for_: str = Field(alias="for", description="3 years, 18 months, 90 days")
    after: str = Field(
        description="the day or moment from which the time runs: a field, or an expression; while it is "
        "empty the data stay"
    )
    then: Literal["ask", "erase", "anonymise"] = Field(
        "ask",
        description="ask: a person decides about what is due; erase or anonymise: that is done by itself, "
        "after it stood on the list of what is due",
    )


RetentionKey = str | RetentionSpec


class OnEraseSpec(BaseModel):
    """The long form, which says why."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    do: Literal["delete", "anonymise", "keep"] = Field(
        description="delete: it goes; anonymise: what is personal in it goes; keep: it stays as it is"
    )
    because: LabelSpec | None = Field(
        None, description="why it stays, such as the law that demands it; whoever erases is shown it"
    )


OnEraseKey = Literal["delete", "anonymise", "keep"] | OnEraseSpec
