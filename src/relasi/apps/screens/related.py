"""The records that point to this one, each kind behind a tab with its number, in the order of the menu."""

from __future__ import annotations

from functools import partial

import streamlit as st

from relasi.apps import components
from relasi.apps.lists.rows import table_data
from relasi.apps.places import Here
from relasi.apps.screens.exporting import papers_button
from relasi.apps.values import link_value
from relasi.apps.visitor import Visitor
from relasi.exporting.papers import is_paper
from relasi.records import ListRequest, Record
from relasi.reports.liststate import FILTER
from relasi.schema.model import Inbound

SHOWN = 8
COUNTED = 99


def related_lists(here: Here, record: Record) -> None:
    visitor = here.visitor
    near = [place.entity for place in here.pages if place.department == here.place.department]
    inbounds = [each for each in here.entity.inbound if _shown(here, each)]
    inbounds.sort(key=lambda each: near.index(each.entity) if each.entity in near else len(near))
    if not inbounds:
        return
    requests = {_key(each): _request(visitor, each, record) for each in inbounds}
    with visitor.crm.records.reader(visitor.actor) as reader:
        counts = {key: reader.count(request, COUNTED) for key, request in requests.items()}
    by_key = {_key(each): each for each in inbounds}

    def tab(key: str) -> str:
        count = counts[key]
        number = f" {count.number}{'+' if count.more else ''}" if count.number else ""
        return f"{_label(visitor, by_key[key], inbounds)}{number}"

    fullest = next((key for key in by_key if counts[key].number), next(iter(by_key)))
    st.space("small")
    chosen = st.segmented_control(
        visitor.say("related"),
        list(by_key),
        default=fullest,
        format_func=tab,
        key=here.key("related", record.id),
        label_visibility="collapsed",
        required=True,
    )
    _list(here, record, by_key[chosen or fullest])


def _list(here: Here, record: Record, inbound: Inbound) -> None:
    visitor, there = here.visitor, here.at(inbound.entity)
    if there is None:
        return
    entity = there.entity
    page = visitor.crm.records.list(visitor.actor, _request(visitor, inbound, record))
    field = entity.fields[inbound.field]
    value = link_value(field, record.entity, record.id)
    if page.records:
        hidden = visitor.hidden(entity) | {inbound.field}
        first = next(iter(entity.lists.values()), None)
        columns = [name for name in first.columns if name not in hidden] if first else []
        if entity.process and entity.process.field not in columns:
            columns.append(entity.process.field)
        components.table(
            table_data(there, page.records, columns, sortable=False),
            key=here.key("related", "table", _key(inbound)),
            on_open=here.open,
        )
    else:
        st.caption(visitor.of("none_yet", entity))
    with st.container(horizontal=True):
        if visitor.rights(entity.name).create:
            st.button(
                visitor.of("new", entity),
                icon=":material/add:",
                key=here.key("related", "new", _key(inbound)),
                on_click=partial(there.go, {"new": "1", f"set.{inbound.field}": value}),
            )
        if page.next:
            st.button(
                visitor.say("show_all"),
                type="tertiary",
                key=here.key("related", "all", _key(inbound)),
                on_click=partial(
                    there.go, {"list": list(entity.lists)[-1], f"{FILTER}{inbound.field}": value}
                ),
            )
        _papers(there, inbound, value)


def _papers(there: Here, inbound: Inbound, value: str) -> None:
    """Where a list shows a field that keeps papers, such as letters: those of these records as one PDF."""
    visitor, entity = there.visitor, there.entity
    shown = ((saved, name) for saved in entity.lists.values() for name in saved.columns)
    found = next(((saved, name) for saved, name in shown if is_paper(entity.fields[name])), None)
    if found is None or visitor.rights(entity.name).export is False or found[1] in visitor.secret(entity):
        return
    saved, name = found
    request = ListRequest(
        entity.name,
        where=(f"{name} is not empty",),
        matching={inbound.field: [value]},
        sort=tuple(each for each in saved.sort if each.field not in visitor.secret(entity)),
        fields=(name,),
    )
    if visitor.crm.records.count(visitor.actor, request, 1).number:
        label = visitor.say("papers_of", field=visitor.field_label(entity.fields[name]))
        key = there.key("related", "papers", _key(inbound))
        papers_button(there, request, key, label=label)


def _shown(here: Here, inbound: Inbound) -> bool:
    """A link that a table of the record stands for is shown there."""
    there = here.at(inbound.entity)
    tables = {(each.entity, each.link) for each in here.entity.tables.values() if _on_form(here, each.name)}
    return (
        there is not None
        and inbound.field not in here.visitor.secret(there.entity)
        and (inbound.entity, inbound.field) not in tables
    )


def _on_form(here: Here, table: str) -> bool:
    return any(table in section.tables for section in here.entity.form)


def _request(visitor: Visitor, inbound: Inbound, record: Record) -> ListRequest:
    entity = visitor.entity(inbound.entity)
    first = next(iter(entity.lists.values()), None)
    value = link_value(entity.fields[inbound.field], record.entity, record.id)
    secret = visitor.secret(entity)
    sort = tuple(each for each in first.sort if each.field not in secret) if first else ()
    return ListRequest(entity.name, matching={inbound.field: [value]}, sort=sort, limit=SHOWN)


def _key(inbound: Inbound) -> str:
    return f"{inbound.entity}.{inbound.field}"


def _label(visitor: Visitor, inbound: Inbound, inbounds: list[Inbound]) -> str:
    """The entity; with the field as well where an entity points here in two ways."""
    entity = visitor.entity(inbound.entity)
    plural = visitor.label(entity.plural)
    twice = sum(each.entity == inbound.entity for each in inbounds) > 1
    return f"{plural} · {visitor.field_label(entity.fields[inbound.field])}" if twice else plural
