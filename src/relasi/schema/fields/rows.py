"""Child rows: the lines of an order, the tasks of a project."""

from __future__ import annotations

from typing import ClassVar

from relasi.schema.fields.tables import TableSpec


class RowsSpec(TableSpec):
    name: ClassVar[str] = "rows"
    summary: ClassVar[str] = (
        "The records of another entity that link to this one, entered as a table on its form and saved with "
        "it."
    )

    of: str
    """The records and the field through which they link to this one: `order_line.order`."""
