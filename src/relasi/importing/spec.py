"""What an author may write in a map: which columns of a file fill which fields of an entity."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from relasi.schema.spec.base import Name, Spec

Words = str | list[str]
"""One word, or several in their order."""


class SourceSpec(Spec):
    """Where the value of one field comes from: exactly one of `from`, `value` and `template`."""

    column: str | None = Field(None, alias="from", description="the column that holds the value")
    value: Any = Field(None, description="the same value for every row")
    template: str | None = Field(None, description='several columns in one text: "{City}, {Country}"')
    values: dict[str, Any] = Field({}, description="what the words of the file mean here: {Closed: closed}")
    otherwise: Any = Field(None, description="the value for words that `values` does not list")
    format: Words = Field([], description="how the file writes dates: %m/%d/%Y, with or without a time")
    zone: str | None = Field(None, description="the time zone in which the file means times")
    to: str | None = Field(None, description="for a link to one of several entities: which one")
    match: str | None = Field(
        None, description="the field of the linked record that holds the text of the column"
    )
    create: dict[Name, Any] | None = Field(
        None,
        description="makes the linked record where none is found, with these values; {Column} is filled in",
    )


class MapSpec(Spec):
    """A map: `relasi import ENTITY FILE --map MAP`."""

    entity: str = Field(alias="import", description="the entity whose records the rows become")
    encoding: str | None = Field(
        None, description="how the text is encoded, where that cannot be told: cp1252"
    )
    separator: str | None = Field(
        None, min_length=1, max_length=1, description="what stands between the cells"
    )
    sheet: str | None = Field(
        None, description="the sheet of a workbook; the first one with content if left out"
    )
    locale: Literal["en", "id"] | None = Field(None, description="how numbers and dates are written")
    zone: str | None = Field(None, description="the time zone of all times, such as America/New_York")
    format: Words = Field([], description="how dates are written, for all fields")
    key: Words = Field([], description="the fields that tell records apart: a row whose key is known updates")
    same_key: Literal["first", "last"] = Field(
        "first", description="which of several rows with one key counts"
    )
    skip_when_empty: Words = Field([], description="columns without which a row is passed over")
    fields: dict[Name, str | SourceSpec] = Field(description="field: column, or field: {from: column, ...}")
