"""How drafts begin: with what is kept, with defaults, or where somebody left off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from relasi.apps.draft import Draft, RowDraft, TableDraft
from relasi.apps.visitor import Visitor
from relasi.errors import NotFound
from relasi.records import Record, TableRow
from relasi.schema.fields.base import Value
from relasi.schema.model import Entity


def open_draft(
    visitor: Visitor,
    key: str,
    entity: Entity,
    record: Record | None,
    given: Mapping[str, Value] | None = None,
) -> Draft:
    """The draft under this key if something was typed into it, else a new one. `given` are values to begin
    with."""
    kept: Any = st.session_state.get(key)  # Any: whatever the session holds
    if isinstance(kept, Draft):
        kept.catch_keystrokes()  # the first of them are told before the form is drawn again
        kept.refit(visitor)
    if isinstance(kept, Draft) and kept.language != visitor.language:
        kept.translate(visitor)
    if isinstance(kept, Draft) and kept.is_touched:
        return kept
    drawn = kept.drawn + 1 if isinstance(kept, Draft) else 1
    draft = Draft(key, entity, record, visitor.language, drawn=drawn)
    records = visitor.crm.records
    values = (
        {**record.values, **(given or {})}
        if record
        else records.new_values(visitor.actor, entity.name, given)
    )
    draft.start(visitor, values)
    _open_tables(visitor, draft)
    if isinstance(kept, Draft) and kept.beginning == draft.beginning:
        kept.record = record
        return kept
    st.session_state[key] = draft
    return draft


def _open_tables(visitor: Visitor, draft: Draft) -> None:
    """The rows that there are, of each table that the visitor may see."""
    for name, table in draft.entity.tables.items():
        if name in visitor.hidden(draft.entity) or not visitor.may_read(table.entity):
            continue
        opened = TableDraft(table, visitor.rights(table.entity).create)
        if draft.record is not None:
            try:
                found = visitor.crm.records.rows(visitor.actor, draft.entity.name, draft.record.id, name)
            except NotFound:
                continue
            opened.more = found.more
            for row in found.rows:
                add_row(visitor, draft, opened, row)
        draft.tables[name] = opened


def add_row(visitor: Visitor, draft: Draft, opened: TableDraft, row: TableRow | None = None) -> None:
    """A row as it is kept, or a new one with its defaults."""
    entity = visitor.entity(opened.table.entity)
    opened.made += 1
    key = f"{draft.key}.{draft.drawn}.{opened.table.name}.{opened.made}"
    values = row.record.values if row else visitor.crm.records.new_values(visitor.actor, entity.name)
    made = Draft(key, entity, row.record if row else None, visitor.language, compact=True)
    made.start(visitor, values)
    opened.rows.append(
        RowDraft(made, may_update=not row or row.may_update, may_delete=not row or row.may_delete)
    )


def catch_up(visitor: Visitor, draft: Draft) -> None:
    """Takes over what others have saved meanwhile, but for what was typed here. Raises NotFound where the
    record is gone."""
    if draft.record is None:
        return
    entity, key = draft.entity.name, draft.record.id
    draft.catch_up(visitor, visitor.crm.records.get(visitor.actor, entity, key))
    for name, opened in draft.tables.items():
        now = {row.record.id: row for row in visitor.crm.records.rows(visitor.actor, entity, key, name).rows}
        known = {each.id for each in opened.gone}
        opened.gone = [now[each.id].record for each in opened.gone if each.id in now]
        for row in tuple(opened.rows):
            if row.draft.record is None:
                continue
            known.add(row.draft.record.id)
            if there := now.get(row.draft.record.id):
                row.draft.catch_up(visitor, there.record)
            else:
                opened.rows.remove(row)
        for row_id, there in now.items():
            if row_id not in known:
                add_row(visitor, draft, opened, there)
