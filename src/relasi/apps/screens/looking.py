"""The choice above a dashboard: of which days the figures are, and of whose records. It stands in the
address, and is remembered."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from relasi.apps.visitor import Visitor
from relasi.platform.again import begun_again
from relasi.reports.looks import Look, Whose, offered
from relasi.reports.spans import Span
from relasi.schema.expressions.operations import today
from relasi.schema.model.dashboard import Dashboard, Period

_DAYS = "days"
"""Stands among the periods for days that are chosen one by one."""
_DAY = timedelta(days=1)
_PICTURES = {
    Whose.OWN: ":material/person:",
    Whose.TREE: ":material/group:",
    Whose.ALL: ":material/public:",
}
"""All that there is room for on a telephone."""


def ask_look(visitor: Visitor, dashboard: Dashboard) -> Look:
    page, people = f"dashboard.{dashboard.name}.{visitor.language}", offered(visitor, dashboard)
    _follow_address(visitor, dashboard, page, people)
    whose = _ask_whose(visitor, page, people)
    look = Look(_ask_period(visitor, dashboard, page), whose)
    address = look.query()
    if st.query_params.to_dict() != address:
        st.query_params.from_dict(address)
    if st.session_state.get(f"{page}.address") not in (None, address):
        _remember(visitor, dashboard, address)
    st.session_state[f"{page}.address"] = address
    return look


def _follow_address(visitor: Visitor, dashboard: Dashboard, page: str, people: tuple[Whose, ...]) -> None:
    """Puts what the address says into the controls, unless these controls wrote it; without one, what was
    chosen last."""
    query = st.query_params.to_dict()
    is_shown = any(f"{page}.{control}" in st.session_state for control in ("whose", "period"))
    if query == st.session_state.get(f"{page}.address") and is_shown:
        return
    look = Look.read(query or _remembered(visitor, dashboard), dashboard, people)
    st.session_state[f"{page}.whose"] = look.whose
    st.session_state[f"{page}.period"] = look.period.value if isinstance(look.period, Period) else _DAYS
    if isinstance(look.period, Span):
        st.session_state[f"{page}.days"] = (look.period.start, look.period.end - _DAY)
    st.session_state[f"{page}.address"] = look.query()


def _ask_whose(visitor: Visitor, page: str, people: tuple[Whose, ...]) -> Whose:
    if not people:
        return Whose.ALL
    chosen = st.segmented_control(
        visitor.say("dashboard_whose"),
        people,
        format_func=lambda each: f"{_PICTURES[each]} {visitor.say(f'whose_{each.value}')}",
        key=f"{page}.whose",
        label_visibility="collapsed",
        required=True,
    )
    return chosen or Whose.ALL


def _ask_period(visitor: Visitor, dashboard: Dashboard, page: str) -> Period | Span | None:
    if dashboard.period is None:
        return None
    chosen = st.selectbox(
        visitor.say("dashboard_period"),
        [*(each.value for each in Period), _DAYS],
        format_func=lambda each: visitor.say(f"period_{each}"),
        key=f"{page}.period",
        label_visibility="collapsed",
        width=200,
    )
    return _ask_days(visitor, page) if chosen == _DAYS else Period(chosen)


def _ask_days(visitor: Visitor, page: str) -> Span:
    """From this month's first day to today at first; while only one end is chosen, that day alone."""
    day = today(visitor.crm.clock(), visitor.crm.model.settings.zone)
    key = f"{page}.days"
    st.session_state.setdefault(key, (day.replace(day=1), day))
    st.date_input(
        visitor.say("dashboard_days"),
        key=key,
        format="DD/MM/YYYY",
        label_visibility="collapsed",
        width=230,
    )
    chosen: tuple[date, ...] = st.session_state[key] or (day,)
    return Span(chosen[0], chosen[-1] + _DAY)


def _remembered(visitor: Visitor, dashboard: Dashboard) -> dict[str, str]:
    with visitor.crm.store.session(write=False) as session:
        return session.looks.of(visitor.user.id, dashboard.name)


@begun_again
def _remember(visitor: Visitor, dashboard: Dashboard, address: dict[str, str]) -> None:
    with visitor.crm.store.session() as session:
        session.looks.put(visitor.user.id, dashboard.name, address)
