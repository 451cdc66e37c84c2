"""What a change of rights means for people, in words: beside the plan, on every face."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from relasi.deploy.views import Line
from relasi.records.access.reach import Reach
from relasi.schema.labels import text as label_text
from relasi.schema.model import Entity, Model
from relasi.texts import FALLBACK, say


def told(model: Model, found: Sequence[Reach], language: str = FALLBACK) -> list[Line]:
    """A line for each role and entity: `Sales manager, Customers: 812 record(s) more, 3 field(s) fewer`."""
    lines = []
    for each in found:
        entity, role = model.entities[each.entity], model.roles[each.role]
        what = ", ".join(_changes(entity, each, language)) or say(language, "studio.reach_same")
        names = f"{label_text(role.label, language)}, {label_text(entity.plural, language)}"
        lines.append(Line("?" if each.gained or each.fields_gained else "~", f"{names}: {what}"))
    return lines


def _changes(entity: Entity, reach: Reach, language: str) -> Iterator[str]:
    if reach.gained is None:
        yield say(language, "studio.reach_later")
    most = say(language, "studio.reach_per_person") + " " if reach.per_person else ""
    if reach.gained:
        yield most + say(language, "studio.reach_gained", records=f"{reach.gained:,}")
    if reach.lost:
        yield most + say(language, "studio.reach_lost", records=f"{reach.lost:,}")
    if reach.fields_gained:
        yield say(language, "studio.reach_fields_gained", **_named(entity, reach.fields_gained, language))
    if reach.fields_lost:
        yield say(language, "studio.reach_fields_lost", **_named(entity, reach.fields_lost, language))
    if reach.rights:
        rights = ", ".join(say(language, _VERBS[each]) for each in reach.rights)
        yield say(language, "studio.reach_rights", rights=rights)


def _named(entity: Entity, fields: Sequence[str], language: str) -> dict[str, object]:
    names = ", ".join(label_text(entity.fields[name].label, language) for name in fields)
    return {"count": len(fields), "names": names}


_VERBS = {
    "create": "studio.right_create",
    "update": "studio.right_update",
    "delete": "studio.right_delete",
    "export": "studio.right_export",
    "erase": "studio.right_erase",
    "import_": "studio.right_import",
}
