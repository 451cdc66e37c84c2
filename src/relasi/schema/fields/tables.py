"""Types that hold no value: records of another entity, entered as the rows of a table on this one's form."""

from __future__ import annotations

from relasi.schema.fields.base import FieldSpec


class TableSpec(FieldSpec):
    """The keys of both sorts of tables."""

    columns: list[str] | None = None
    """The fields of a row, in order; if absent, all that the entity of the rows has."""
    totals: list[str] = []
    """The columns that are added up below the table."""
    order_by: str | None = None
    """The number field of the rows that puts them in order; a new row gets the next number. If absent, rows
    stand in the order in which they were entered."""
