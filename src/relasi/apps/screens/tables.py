"""The tables of a record, to read: its rows with their totals, or the other sides of pairs as chips."""

from __future__ import annotations

import streamlit as st

from relasi.apps import components
from relasi.apps.lists.rows import table_data
from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.values import Display
from relasi.errors import NotFound
from relasi.records import Record, TableRows
from relasi.records.links import reference_of
from relasi.records.tables import MOST_ROWS
from relasi.schema.model import RowTable


def show_table(here: Here, record: Record, table: RowTable) -> None:
    """Nothing where the visitor may not see the rows."""
    visitor = here.visitor
    entity = visitor.entity(table.entity)
    there = here.at(table.entity)
    if there is None:
        return
    try:
        found = visitor.crm.records.rows(visitor.actor, record.entity, record.id, table.name)
    except NotFound:
        return
    columns = [name for name in table.columns if name not in visitor.hidden(entity)]
    if table.other in columns and len(columns) == 1:
        _chips(here, record, table, found)
        return
    with st.container(gap="small", key=here.key("table", table.name)):
        st.subheader(plain(visitor.label(table.label)))
        if not found.rows:
            st.caption(visitor.say("no_rows"))
            return
        records = [row.record for row in found.rows]
        data = table_data(there, records, columns, sortable=False, totals=found.totals)
        for column in data["columns"]:
            column["leading"] = False
        if table.other:
            _open_the_other_side(here, table, records, data)
        components.table(data, key=here.key("table", table.name, "rows"), on_open=here.open)
        if found.more:
            st.caption(visitor.say("more_rows", count=visitor.number(MOST_ROWS)))


def _open_the_other_side(here: Here, table: RowTable, records: list[Record], data: components.Data) -> None:
    """A click on a pair opens what is paired, where the visitor may see that."""
    field = here.visitor.entity(table.entity).fields[table.other or ""]
    for record, row in zip(records, data["rows"], strict=True):
        reference = reference_of(field, record.values.get(field.name))
        row["link"] = here.link(*reference) if reference else None


def _chips(here: Here, record: Record, table: RowTable, found: TableRows) -> None:
    field = here.visitor.entity(table.entity).fields[table.other or ""]
    pairs = [row.record for row in found.rows]
    display = Display.of(here, pairs, [field.name])
    links = [display.cell(field, pair) for pair in pairs]
    value = {"text": "", "links": links} if links else {"text": "–", "soft": True}
    fact = {"label": here.visitor.label(table.label), "value": value, "long": True}
    section = {"name": table.name, "label": "", "lines": [[fact]]}
    components.facts({"sections": [section]}, key=here.key("table", table.name), on_open=here.open)
