from __future__ import annotations

from pathlib import Path

import pytest

from relasi.nocodb.views import Filter
from relasi.nocodb.wanted import WantedTable, wanted_tables
from tests.records.world import compiled

ENTITY = """
entity: ticket
plural: Tickets
title: "{name}"
fields:
  name: {type: text, label: Name}
  title: {type: text, label: name}
  nc: {type: text, label: "Id"}
  size: {type: choice, label: Size, options: {s: {label: "Small, cheap"}, l: {label: Large}}}
  urgent: {type: boolean, label: Urgent}
  due: {type: date, label: Due}
  amount: {type: money, label: Amount}
process:
  field: status
  label: Status
  states: {new: {kind: open, label: New}, busy: {kind: open, label: Busy}, done: {kind: done, label: Done}}
  moves: {finish: {from: [new, busy], to: done}}
lists:
  state: {label: Tickets, columns: [name], where: status.kind = open}
  large: {label: Large, columns: [name], where: size = l and urgent}
  small: {label: Large, columns: [name], where: size != s}
  late: {label: Late, columns: [name], where: due < today() and status != done}
  rich: {label: Rich, columns: [name], where: amount >= 1000.50}
  bare: {label: Bare, columns: [name], where: name is empty}
  mine: {label: Mine, columns: [name], where: created_by = user}
  either: {label: Either, columns: [name], where: urgent or size = l}
access: {}
"""


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> WantedTable:
    folder: Path = tmp_path_factory.mktemp("wanted")
    return wanted_tables(compiled(folder, (ENTITY,)))["ticket"]


@pytest.mark.parametrize(
    ("name", "filters"),
    [
        ("state", (Filter("relasi_f_status_singleselect", "anyof", "New,Busy"),)),
        (
            "large",
            (
                Filter("relasi_f_size_singleselect", "anyof", "Large"),
                Filter("relasi_f_urgent_checkbox", "checked"),
            ),
        ),
        ("small", (Filter("relasi_f_size_singleselect", "nanyof", "Small; cheap"),)),
        (
            "late",
            (
                Filter("relasi_f_due_date", "lt", day="today"),
                Filter("relasi_f_status_singleselect", "nanyof", "Done"),
            ),
        ),
        ("rich", (Filter("relasi_f_amount_decimal", "gte", "1000.50"),)),
        ("bare", (Filter("relasi_f_name", "blank"),)),
    ],
)
def test_a_condition_becomes_filters_that_mean_the_same(
    table: WantedTable, name: str, filters: tuple[Filter, ...]
) -> None:
    assert next(each.filters for each in table.views if each.name == f"list.{name}") == filters


@pytest.mark.parametrize("name", ["mine", "either"])
def test_a_list_that_nocodb_could_not_filter_is_not_made_without_its_condition(
    table: WantedTable, name: str
) -> None:
    assert f"list.{name}" not in {each.name for each in table.views}


def test_views_that_share_a_title_with_another_or_the_table_are_told_apart(table: WantedTable) -> None:
    titles = [each.title for each in table.views]

    assert len(titles) == len(set(titles))
    assert "Tickets" not in titles


def test_columns_whose_titles_nocodb_would_mix_up_are_told_apart(table: WantedTable) -> None:
    titles = [each.title.lower() for each in table.columns]

    assert len(titles) == len(set(titles))
    assert "id" not in titles
