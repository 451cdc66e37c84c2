"""People's data taken out of records that stay: past rights and checks, which are for what people enter."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from relasi.derivation import Spread
from relasi.platform.query import Row
from relasi.records.steps.auditing import entry
from relasi.records.work import Work
from relasi.schema.fields.base import Value
from relasi.store.audit import BLANK
from relasi.store.likeness import keys_of

Place = tuple[str, str]


def anonymise(work: Work, emptied: Mapping[Place, Mapping[str, Value]]) -> Collection[Place]:
    """Gives fields of records these values instead of what they tell of somebody; whatever is derived from
    them follows. No rule hears of it, and runs on the records end.

    Gives all records in which anything has changed. The audit log says of each which fields, and no values.
    """
    spread = Spread(work.linked, work.ground.graph, work.asking)
    rows: dict[Place, Row] = {}
    for place, values in emptied.items():
        entity, key = place
        old = work.transaction.get(entity, [key], hold=True).get(key)
        if old is None:
            continue
        changed = {name: value for name, value in values.items() if old[name] != value}
        if changed:
            by = {"updated_at": work.now, "updated_by": work.actor.user_id}
            work.transaction.update(entity, key, old["version"], {**changed, **by})
            rows[place] = {**old, **changed, **by, "version": old["version"] + 1}
            work.linked.put(place, rows[place])
            spread.note(entity, old, rows[place], (*changed, "version", *by), is_filled=False)
    _find_no_more(work, rows)
    reached = spread.run()
    work.store.audit.append(
        [
            entry(work, work.ground.recipe(place[0]), "erased", row, dict.fromkeys(emptied[place], BLANK))
            for place, row in rows.items()
        ]
    )
    work.ground.rules.erased(work, [key for _, key in emptied])
    return {*rows, *reached}


def _find_no_more(work: Work, rows: Mapping[Place, Row]) -> None:
    """By what was taken out of the records nobody finds them."""
    for (entity, key), row in rows.items():
        rules = work.entity(entity).twins
        if rules:
            work.store.likeness.put(entity, {key: keys_of(rules, work.situation(row))})
