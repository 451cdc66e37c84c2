"""What stands in definitions of any type: days, the names that something had before, and whom it is for."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError


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


class FieldAccessSpec(BaseModel):
    """The roles that a field is for, where not all that may read or change the record see and change it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    read: list[str] | None = Field(None, description="the only roles that see it")
    update: list[str] | None = Field(None, description="the only roles that fill or change it")
