"""What a form with tables comes to: prices, amounts and sums as they will be once it is saved."""

from __future__ import annotations

from relasi.apps.draft import Draft, RowDraft, TableDraft
from relasi.apps.formfields import made_of
from relasi.apps.tables import edit_of
from relasi.apps.visitor import Visitor
from relasi.records import FormState, RowEdit, TableRows
from relasi.records.view import Values
from relasi.schema.model import Entity


def foresee(visitor: Visitor, draft: Draft, state: FormState) -> None:
    """Notes in the draft and its rows what their computed fields will hold. It is saved for that and taken
    back, so that rules count, too; where it cannot be saved as it stands, there is nothing to tell."""
    if not any(_is_made(visitor, opened) for opened in draft.tables.values()):
        return
    for each in (draft, *(row.draft for row in draft.rows)):
        each.foresees = True
    entered = _entered(draft)
    if entered == draft.foreseen_for:
        return
    for each in (draft, *(row.draft for row in draft.rows)):
        each.foreseen = {}
    draft.foreseen_for = entered
    names = [field.name for field in draft.entity.own_fields if field.name in state.visible - state.read_only]
    values, wrong = draft.values(visitor, names)
    rows = {name: _edits(visitor, opened) for name, opened in draft.tables.items() if opened.is_touched}
    if wrong or any(edits is None for edits in rows.values()) or not (rows or draft.is_touched):
        return
    seen, tables = None, {name: [edit for _, edit in edits or ()] for name, edits in rows.items()}
    if draft.record is not None:
        seen = (draft.record.id, draft.record.version)
        values = {name: value for name, value in values.items() if draft.touched(name)}
    found = visitor.crm.records.foresee(visitor.actor, draft.entity.name, values, seen=seen, rows=tables)
    if found is not None:
        draft.foreseen = _certain(draft.entity, found[0].values)
        for name, edits in rows.items():
            _note(draft.tables[name], [row for row, _ in edits or () if row], found[1][name])


def _is_made(visitor: Visitor, opened: TableDraft) -> bool:
    """Whether something in the rows is computed."""
    fields = visitor.entity(opened.table.entity).fields
    return any(fields[name].computed for name in opened.table.columns)


def _certain(entity: Entity, values: Values) -> Values:
    """Without numbers, and what is made of them: somebody else may take the number first."""
    numbers = {field.name for field in entity.own_fields if field.type.computed}
    made = {field.name for field in entity.own_fields if not numbers.isdisjoint(made_of(field))}
    return {name: value for name, value in values.items() if name not in numbers | made}


def _entered(draft: Draft) -> tuple[object, ...]:
    rows = ((dict(row.draft.raw), row.draft.record and row.draft.record.id) for row in draft.rows)
    return (
        dict(draft.raw),
        tuple(rows),
        tuple(record.id for each in draft.tables.values() for record in each.gone),
    )


def _edits(visitor: Visitor, opened: TableDraft) -> list[tuple[RowDraft | None, RowEdit]] | None:
    """None where a row cannot be read."""
    found: list[tuple[RowDraft | None, RowEdit]] = [
        (None, RowEdit(id=record.id, version=record.version, is_deleted=True)) for record in opened.gone
    ]
    for row in opened.rows:
        edit, wrong = edit_of(visitor, row)
        if wrong:
            return None
        if edit is not None:
            found.append((row, edit))
    return found


def _note(opened: TableDraft, written: list[RowDraft], found: TableRows) -> None:
    """Rows that are there go by their ids; new ones come in the order in which they were written."""
    there = {row.draft.record.id for row in opened.rows if row.draft.record is not None}
    by_id = {row.record.id: row.record for row in found.rows}
    made = iter([record for key, record in by_id.items() if key not in there])
    for row in written:
        record = by_id.get(row.draft.record.id) if row.draft.record else next(made, None)
        row.draft.foreseen = record.values if record else {}
