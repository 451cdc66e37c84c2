"""What a change of rights means for people, beside the plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from relasi.deploy.plan import granted_before
from relasi.deploy.views import Line
from relasi.records.reach import Reach, reaches
from relasi.runtime import Crm
from relasi.schema.labels import text as label_text
from relasi.schema.model import Entity, Model
from relasi.texts import FALLBACK


def reaches_of(crm: Crm) -> tuple[Reach, ...]:
    """Against what was applied last; nothing before that."""
    before = granted_before(crm.database)
    return reaches(crm.model, crm.records, before) if before else ()


def as_data(found: Sequence[Reach]) -> dict[str, Any]:  # Any: JSON
    return {"access": [asdict(each) for each in found]}


def told(model: Model, found: Sequence[Reach]) -> list[Line]:
    """A line for each role and entity: `Sales manager, Customers: 812 records more, 3 fields fewer (...)`."""
    lines = []
    for each in found:
        entity = model.entities[each.entity]
        what = ", ".join(_changes(entity, each)) or "the same records and fields, by another rule"
        names = f"{_label(model.roles[each.role].label)}, {_label(entity.plural)}"
        lines.append(Line("?" if each.gained or each.fields_gained else "~", f"{names}: {what}"))
    return lines


def _changes(entity: Entity, reach: Reach) -> Iterator[str]:
    if reach.gained is None:
        yield "other records, which can be counted when this is applied"
    most = "for a person up to " if reach.per_person else ""
    for count, word in ((reach.gained, "more"), (reach.lost, "fewer")):
        if count:
            yield f"{most}{count:,} {'record' if count == 1 else 'records'} {word}"
    for fields, word in ((reach.fields_gained, "more"), (reach.fields_lost, "fewer")):
        if fields:
            names = ", ".join(_label(entity.fields[name].label) for name in fields)
            yield f"{len(fields)} {'field' if len(fields) == 1 else 'fields'} {word} ({names})"
    if reach.rights:
        yield f"another right to {', '.join(reach.rights)}"


def _label(label: Any) -> str:  # Any: a label
    return label_text(label, FALLBACK)
