"""What stands in definitions of any type: days, and the names that something had before."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator
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
