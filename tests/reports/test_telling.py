"""A tile tells what the visitor may see, in words of the visitor, and each figure leads to its records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from relasi.apps.visitor import Visitor, visitor_of
from relasi.exporting.sheets import as_workbook
from relasi.records import ListRequest
from relasi.reports.asking import Answer, Extent, answer
from relasi.reports.listed import Listed
from relasi.reports.spans import Span
from relasi.reports.telling import Telling
from tests.apps.conftest import FOLDER, LETTER, OFFICE, ROLES, SHELF
from tests.records.world import World, make_world

DASHBOARD = """
dashboard: post
departments: [office]
tiles:
  money: {of: letter, sum: amount, period: written_on}
  by_urgency: {of: letter, count: true, by: urgency, show: funnel}
  by_month: {of: letter, by: [month(written_on), urgency], sum: amount, period: written_on}
  by_owner:
    of: letter
    by: owner
    figures:
      money: {label: {en: Money, id: Uang}, sum: amount}
      high: {count: true, where: urgency = high}
    show: table
  rate:
    of: letter
    figures: {high: {count: true, where: urgency = high}, all: {count: true}}
    share: [high, all]
  latest: {of: letter, by: owner, max: written_on}
  last_day: {of: letter, max: written_on, period: written_on}
  secrets: {of: letter, count: true, by: secret}
  pivot: {of: letter, by: [urgency, owner], average: amount, show: table}
  again: {of: letter, by: [month(answer_to.written_on), month(written_on)], distinct: answer_to, show: cohort}
"""
PANELS = """
panels:
  letters: {of: letter, through: about, by: urgency, count: true}
"""
NOVEMBER, OCTOBER = Span(date(2026, 11, 1), date(2026, 12, 1)), Span(date(2026, 10, 1), date(2026, 11, 1))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path, LETTER, SHELF + PANELS, FOLDER, ROLES, OFFICE, DASHBOARD)
    ani = made.user("ani", "clerk")
    letters: list[dict[str, Any]] = [
        {"urgency": "high", "amount": 300, "written_on": "2026-11-05", "owner": ani},
        {"urgency": "high", "amount": 100, "written_on": "2026-09-30"},
        {"urgency": "low", "amount": 200, "written_on": "2026-10-08", "owner": ani},
        {"amount": 50, "written_on": "2026-11-30"},
    ]
    for number, values in enumerate(letters):
        made.create("letter", subject=f"Letter {number}", **values)
    yield made
    made.crm.close()


def clerk(world: World, language: str = "en") -> Visitor:
    key = world.user("ani", "clerk")
    with world.crm.store.session() as session:
        session.users.set_language(key, language)
        user = session.users.get(key)
    assert user is not None
    return visitor_of(world.crm, user)


def told(me: Visitor, name: str, span: Span | None = None, before: Span | None = None) -> Telling:
    found = asked(me, name, span, before)
    assert found is not None
    return Telling.of(me, found)


def asked(visitor: Visitor, name: str, span: Span | None = None, before: Span | None = None) -> Answer | None:
    tiles = {tile.name: tile for tile in visitor.crm.model.dashboards["post"].tiles}
    return answer(visitor, tiles[name], Extent(span, before))


def lines(telling: Telling) -> list[tuple[str, ...]]:
    return [(row["label"], *(cell["text"] for cell in row["cells"])) for row in telling.data()["rows"]]


def test_a_panel_tells_of_what_belongs_to_the_record_and_leads_to_it_alone(office: World) -> None:
    me, (shelf, other) = clerk(office), (office.create("shelf", name=name) for name in "AB")
    for owner, urgency in ((shelf, "high"), (shelf, "high"), (other, "low")):
        office.create("letter", subject="X", urgency=urgency, about=f"shelf/{owner.id}")
    (tile,) = office.crm.model.entities["shelf"].panels

    found = answer(me, tile, Extent(owner=f"shelf/{shelf.id}"))

    assert found is not None
    assert lines(Telling.of(me, found)) == [("High", "2")]
    where = Telling.of(me, found).data()["rows"][0]["cells"][0]["link"]["where"]
    request = ListRequest("letter", where=(where,))
    assert {each.values["about"] for each in office.crm.records.list(office.engine, request).records} == {
        f"shelf/{shelf.id}"
    }


def test_a_number_tells_how_it_changed_since_the_period_before(office: World) -> None:
    number = told(clerk(office), "money", NOVEMBER, OCTOBER).data()["number"]
    assert (number["text"], number["change"]["text"]) == ("€350.00", "+75%")


def test_a_share_is_told_with_both_its_figures(office: World) -> None:
    number = told(clerk(office, "id"), "rate").data()["number"]
    assert (number["text"], number["note"]) == ("50%", "2 / 4")


def test_groups_are_called_by_their_labels_in_the_order_of_the_options(office: World) -> None:
    assert lines(told(clerk(office, "id"), "by_urgency")) == [
        ("Rendah", "1"),
        ("Tinggi", "2"),
        ("Belum diisi", "1"),
    ]


def test_people_are_called_by_their_names(office: World) -> None:
    found = lines(told(clerk(office), "by_owner"))
    assert found == [("Ani", "€500.00", "1"), ("Nobody", "€150.00", "1")]


def test_months_without_anything_stand_between_the_others(office: World) -> None:
    telling = told(clerk(office), "by_month")
    assert telling.labels == ["Sept 2026", "Oct 2026", "Nov 2026"]
    assert next((each.name, list(each.values)) for each in telling.series) == ("Low", [None, 200, None])


@pytest.mark.parametrize("name", ["money", "by_urgency", "by_month", "by_owner", "rate"])
def test_each_figure_leads_to_the_records_it_is_made_of(office: World, name: str) -> None:
    me = clerk(office)
    telling = told(me, name, NOVEMBER if name in ("money", "by_month") else None)
    listed = Listed.of(me, me.entity("letter"))
    for by, group in telling.groups.items():
        for place, measure in enumerate(telling.tile.measures):
            link = telling._link(enumerate(by), place)
            state = listed.state({"where": [link["where"]]})
            records = me.crm.records.list(me.actor, listed.request(state)).records
            amounts = [record.values["amount"] for record in records]
            made = len(records) if measure.field is None else sum(amounts)
            assert (group.figures[place] or 0) == made


def test_what_has_no_size_has_a_row_without_a_bar(office: World) -> None:
    rows = told(clerk(office), "latest").data()["rows"]
    assert {row["part"] for row in rows} == {0.0}


def test_a_table_of_two_groups_tells_totals_that_are_asked_for(office: World) -> None:
    data = told(clerk(office), "pivot").data()
    assert data["heads"] == ["Urgency", "Ani", "Nobody", "Total"]
    assert lines(told(clerk(office), "pivot")) == [
        ("Low", "€200.00", "–", "€200.00"),
        ("High", "€300.00", "€100.00", "€200.00"),
        ("Not filled in", "–", "€50.00", "€50.00"),
        ("Total", "€250.00", "€75.00", "€162.50"),
    ]


def test_a_total_leads_to_the_records_of_its_row_or_its_column(office: World) -> None:
    me = clerk(office)
    rows = told(me, "pivot").data()["rows"]

    def counted(cell: dict[str, Any]) -> int:
        return len(me.records.list(me.actor, ListRequest("letter", where=(cell["link"]["where"],))).records)

    assert [counted(cell) for cell in rows[-1]["cells"]] == [2, 2, 4]
    assert [counted(row["cells"][-1]) for row in rows] == [1, 2, 1, 4]


def test_a_cohort_tells_which_part_of_those_who_began_came_again(office: World) -> None:
    for day, answered in (("2026-01-05", 2), ("2026-02-20", 1)):
        began = [office.create("letter", subject="First", written_on=day) for _ in range(answered)]
        for letter in began:
            office.create("letter", subject="At once", written_on=day, answer_to=letter.id)
        office.create("letter", subject="Later", written_on="2026-03-01", answer_to=began[0].id)
        office.create("letter", subject="Later again", written_on="2026-03-02", answer_to=began[0].id)

    telling = told(clerk(office), "again")

    assert telling.data()["heads"] == ["The month of Written on of Answer to", "At first", "+1", "+2"]
    assert lines(telling) == [("Jan 2026", "2", "", "50%"), ("Feb 2026", "1", "100%", "")]


def test_a_table_is_taken_away_with_figures_that_can_be_reckoned_with(office: World) -> None:
    telling = told(clerk(office), "pivot")
    made = as_workbook(telling.data()["heads"], telling.sheet())
    rows = CalamineWorkbook.from_filelike(BytesIO(made)).get_sheet_by_index(0).to_python()
    assert rows[0] == ["Urgency", "Ani", "Nobody", "Total"]
    assert rows[2] == ["High", 300, 100, 200]


def test_days_are_told_without_a_change(office: World) -> None:
    number = told(clerk(office), "last_day", NOVEMBER, OCTOBER).data()["number"]
    assert (number["text"], number["change"]) == ("30 Nov 2026", None)


def test_a_tile_about_what_the_visitor_may_not_see_is_not_there(office: World) -> None:
    assert asked(clerk(office), "secrets") is None


def test_a_list_takes_no_condition_that_tells_what_is_hidden(office: World) -> None:
    me = clerk(office)
    state = Listed.of(me, me.entity("letter")).state({"where": ["secret = 'x'"]})
    assert state.where == ""


def test_a_condition_on_a_list_is_told_with_the_names_of_people(office: World) -> None:
    me = clerk(office)
    listed, ani = Listed.of(me, me.entity("letter")), me.user.id
    condition = listed.behind(listed.state({"where": [f'owner = "{ani}"']}))
    assert condition is not None
    assert listed.told(condition) == 'Owner is "Ani"'
