"""Many-to-many: each record on either side goes with several on the other."""

from __future__ import annotations

from typing import ClassVar

from relasi.schema.fields.tables import TableSpec


class ManySpec(TableSpec):
    name: ClassVar[str] = "many"
    summary: ClassVar[str] = (
        "Several records of another entity, each of which may go with several of this one; a pair may have "
        "fields of its own. The other entity may have such a field too, through the same pairs."
    )

    to: str
    """The entity on the other side."""
    through: str | None = None
    """The entity whose records are the pairs: it links to both sides, and its other fields belong to the
    pair. If absent, Relasi makes one and calls it like this entity and this field: `contacts` of `deal` is
    kept in `deal_contacts`."""
    link: str | None = None
    """The field of a pair that leads to this record; needed only where several do."""
