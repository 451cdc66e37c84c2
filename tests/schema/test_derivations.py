"""What a derived value is made of, as a text that changes with the meaning and not with the layout."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from relasi.schema.derivations import made_of
from tests.records.world import compiled

HOUSE = """
entity: house
fields:
  street: {type: link, to: street}
  size: number
  mood: {type: choice, options: {calm: {weight: 1}, loud: {weight: 3}}}
  figure: FIGURE
process:
  states: {new: {kind: open}, sold: {kind: done}}
"""
STREET = """
entity: street
fields:
  name: text
  houses: {type: rollup, of: house.street, count: true, where: status.kind = open}
"""
FORMULA = "{type: formula, value: size * 2}"


def definitions(root: Path, house: str) -> Mapping[tuple[str, str], str | None]:
    model = compiled(root, (house, STREET))
    return {
        (entity, name): made_of(model.entities[entity].fields[name].derivation)
        for entity, name in model.derived
    }


@pytest.mark.parametrize(
    ("field", "other"),
    [
        (FORMULA, "{type: formula, value: size * 3}"),
        ("{type: copy, from: street.name}", "{type: copy, from: street.name, when: when empty}"),
        ("{type: formula, value: mood.weight}", "{type: formula, value: mood.weight * 1}"),
    ],
)
def test_another_definition_has_another_text(tmp_path: Path, field: str, other: str) -> None:
    one = definitions(tmp_path / "one", HOUSE.replace("FIGURE", field))
    two = definitions(tmp_path / "two", HOUSE.replace("FIGURE", other))
    assert one["house", "figure"] != two["house", "figure"]


def test_a_state_of_another_kind_is_another_definition(tmp_path: Path) -> None:
    house = HOUSE.replace("FIGURE", FORMULA)
    one = definitions(tmp_path / "one", house)
    two = definitions(tmp_path / "two", house.replace("sold: {kind: done}", "sold: {kind: open}"))
    assert one["street", "houses"] != two["street", "houses"]
    assert one["house", "figure"] == two["house", "figure"]


def test_another_weight_is_another_definition(tmp_path: Path) -> None:
    house = HOUSE.replace("FIGURE", "{type: formula, value: mood.weight}")
    one = definitions(tmp_path / "one", house)
    two = definitions(tmp_path / "two", house.replace("weight: 3", "weight: 4"))
    assert one["house", "figure"] != two["house", "figure"]


def test_what_is_only_made_with_the_record_gives_nothing_to_records_that_are_there(tmp_path: Path) -> None:
    field = "{type: copy, from: street.name, when: on create}"
    assert definitions(tmp_path, HOUSE.replace("FIGURE", field))["house", "figure"] is None
