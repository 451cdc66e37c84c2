"""How good the records are: what is missing, refused by today's rules, there twice, or old; with the way to
each record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st
from babel.dates import format_date

from relasi.apps import components
from relasi.apps.lists.charts import drawn
from relasi.apps.markdown import plain
from relasi.apps.places import Here
from relasi.apps.visitor import Visitor
from relasi.records.quality import INVALID, MISSING, STALE, TWINS, Found, found, may_look
from relasi.reports.telling import Series
from relasi.schema.model import Entity
from relasi.schema.model.dashboard import Showing
from relasi.store.quality import Doubt, Look

_DAYS = 60
_SHOWN = 20
Data = dict[str, Any]  # Any: what JSON can say


def looked_at(visitor: Visitor) -> list[Entity]:
    """The entities whose records are looked through, and that the visitor answers for."""
    return [
        entity
        for entity in visitor.crm.model.entities.values()
        if entity.quality and may_look(visitor.crm.records, visitor.actor, entity.name)
    ]


def quality_page(here: Here) -> None:
    visitor = here.visitor
    with st.container(key="heading", horizontal=True, vertical_alignment="center"):
        st.markdown(f"## {visitor.say('data_quality')}", width="content")
    st.caption(visitor.say("quality_lead"))
    entities = looked_at(visitor)
    labels = [plain(visitor.label(each.plural)) for each in entities]
    for entity, tab in zip(entities, st.tabs(labels) if entities else (), strict=True):
        with tab:
            _entity(here, entity)


def _entity(here: Here, entity: Entity) -> None:
    visitor, there = here.visitor, here.at(entity.name)
    seen = found(visitor.crm.records, visitor.actor, entity.name, _DAYS)
    if not seen.looks or there is None:
        st.info(visitor.say("quality_soon"), icon=":material/hourglass_empty:")
        return
    look = seen.looks[0]
    day = format_date(look.day, "long", locale=visitor.showing().locale)
    say = "quality_looking" if look.cursor is not None else "quality_looked"
    st.caption(visitor.say(say, n=visitor.number(look.done), day=day))
    with st.container(border=True, key=f"quality-{entity.name}"):
        told = _figures(there, entity, look)
        components.figures(told, key=f"quality.{entity.name}", on_open=_opener(there))
    _over_time(visitor, entity, seen.looks)
    _twins(there, seen)
    _invalid(there, seen)


def _figures(there: Here, entity: Entity, look: Look) -> Data:
    """Each number leads to its records, where a list can tell them."""
    visitor, quality = there.visitor, entity.quality
    rows: list[tuple[str, str, str | None]] = [
        (visitor.say("quality_twins"), TWINS, None),
        (visitor.say("quality_invalid"), INVALID, None),
    ]
    for name in quality.expected if quality else ():
        label = visitor.say("quality_missing", field=visitor.field_label(entity.fields[name]))
        rows.append((label, f"{MISSING}{name}", f"{name} is empty"))
    if quality and quality.stale_after:
        days = quality.stale_after.days
        label = visitor.say("quality_stale", n=visitor.number(days))
        rows.append((label, STALE, f"now() - updated_at > {days} days"))
    told = [_row(there, label, look.counts.get(what, 0), where, look.done) for label, what, where in rows]
    heads = [visitor.say("quality_what"), visitor.label(entity.plural)]
    label = visitor.label(entity.plural)
    return {"label": label, "number": None, "heads": heads, "rows": told, "bars": True}


def _row(there: Here, label: str, count: int, where: str | None, of: int) -> Data:
    href = there.address(where=where) if where else ""
    link = {"entity": there.place.entity, "where": where, "href": href}
    cell = {"text": there.visitor.number(count), "link": link if count and where else None}
    return {"label": label, "color": None, "part": min(1.0, count / of) if of else 0.0, "cells": [cell]}


def _opener(there: Here) -> Any:  # Any: what a component calls
    return lambda link: there.go({"where": link["where"]})


def _over_time(visitor: Visitor, entity: Entity, looks: Sequence[Look]) -> None:
    """Lines, once there is more than one day."""
    over = [each for each in reversed(looks) if each.cursor is None]
    if len(over) < 2:
        return
    labels = [format_date(each.day, "d MMM", locale=visitor.showing().locale) for each in over]
    series = [
        _series(visitor.say(f"quality_{what}"), [each.counts.get(what, 0) for each in over], visitor)
        for what in (TWINS, INVALID)
    ]
    missing = [sum(n for name, n in each.counts.items() if name.startswith(MISSING)) for each in over]
    series.append(_series(visitor.say("quality_missing_all"), missing, visitor))
    st.markdown(f"**{visitor.say('quality_over_time')}**")
    st.echarts_chart(drawn(Showing.LINE, labels, series), height=220, key=f"quality.{entity.name}.days")


def _series(name: str, values: list[int], visitor: Visitor) -> Series:
    return Series(name, values, [visitor.number(each) for each in values], [None])


def _twins(there: Here, seen: Found) -> None:
    visitor, entity = there.visitor, there.entity
    pairs = seen.twins[:_SHOWN]
    titles = _titles(there, [key for each in pairs for key in (each.record_id, each.other_id)])
    pairs = tuple(each for each in pairs if each.record_id in titles and each.other_id in titles)
    if not pairs:
        return
    rules = {rule.name: visitor.label(rule.label) for rule in entity.twins}
    st.markdown(f"**{visitor.say('quality_twins')}**")
    for each in pairs:
        name, part = each.what
        keys = (each.record_id, each.other_id)
        one, other = (f"[{plain(titles[key])}]({there.address(id=key)})" for key in keys)
        why = f"{plain(rules.get(name, ''))} · {visitor.share(part)}"
        compare = f"[{visitor.say('quality_compare')}]({there.address(id=each.record_id, merge='1')})"
        st.markdown(f"{one} – {other} :gray[{why}] · {compare}")


def _invalid(there: Here, seen: Found) -> None:
    visitor, some = there.visitor, seen.invalid[:_SHOWN]
    titles = _titles(there, [each.record_id for each in some])
    if not titles:
        return
    st.markdown(f"**{visitor.say('quality_invalid')}**")
    for each in some:
        if each.record_id in titles:
            address = there.address(id=each.record_id, edit="1")
            st.markdown(f"[{plain(titles[each.record_id])}]({address}) :gray[{plain(_why(there, each))}]")


def _why(there: Here, doubt: Doubt) -> str:
    """The fields, and of the record as a whole that it is refused."""
    fields = there.entity.fields
    named = [there.visitor.field_label(fields[name]) for name, _ in doubt.what if name in fields]
    return ", ".join(named) or there.visitor.say("quality_refused")


def _titles(there: Here, keys: Sequence[str]) -> dict[str, str]:
    """Of those that are still there."""
    entity, visitor = there.entity.name, there.visitor
    found = visitor.crm.records.titles(visitor.actor, [(entity, key) for key in keys]) if keys else {}
    return {key: title for (_, key), title in found.items()}
