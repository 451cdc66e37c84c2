"""What keeps the values of derived fields, and in which order they are made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from relasi.schema.derivations import Computed, Function, Rollup, When
from relasi.schema.fields.base import FieldType
from relasi.schema.model import Model
from tests.records.world import compiled

ORDER = """
entity: order
fields:
  firm: {type: link, to: firm, on_delete: cascade}
  number: {type: series, pattern: "O-{n}"}
  pieces: number
  weight: {type: decimal, places: 3}
  price: {type: money, min: 0, default: 5}
  rebate: {type: percent, places: 1}
  stars: rating
  day: date
  due: datetime
  takes: duration
  note: long_text
  level: {type: choice, options: {low: {label: Few, color: gray}, high: Many}, required: true, default: low}
  extras: {type: multi_choice, options: [box, bow]}
  owner: user
  it: FIELD
process:
  states: {new: {kind: open}, sent: {kind: done}}
access: {}
"""
FIRM = """
entity: firm
fields:
  name: {type: text, max_length: 60, required: true}
  boss: user
  it: FIELD
access: {}
"""

Compile = Callable[[str, str], Model]


@pytest.fixture
def compile_(tmp_path: Path) -> Compile:
    """A Model where `it` is this field of order, and this one of firm."""

    def compile_(order: str, firm: str) -> Model:
        return compiled(tmp_path, (ORDER.replace("FIELD", order), FIRM.replace("FIELD", firm)))

    return compile_


def in_words(type_: FieldType) -> str:
    places = type_.storage().places
    return f"{type_.name}({places})" if type_.name in ("decimal", "percent") else type_.name


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("pieces", "number"),
        ("pieces * 2", "decimal(2)"),
        ("weight", "decimal(3)"),
        ("price * pieces", "money"),
        ("price * rebate / 100", "money"),
        ("rebate", "percent(1)"),
        ("price / price", "decimal(2)"),
        ("stars", "number"),
        ("day", "date"),
        ("due", "datetime"),
        ("date(due)", "date"),
        ("due - created_at", "duration"),
        ("pieces > 3", "boolean"),
        ("lower(note)", "text"),
        ('"{number}: {firm.name}"', "text"),
        ("level", "choice"),
        ("extras", "multi_choice"),
        ("firm.boss", "user"),
        ("firm", "link"),
    ],
)
def test_the_type_of_a_formula_follows_from_its_expression(compile_: Compile, value: str, kept: str) -> None:
    field = compile_(f"{{type: formula, value: {value}}}", "text").entities["order"].fields["it"]
    assert in_words(field.type) == kept


@pytest.mark.parametrize(
    ("keys", "kept"),
    [
        ("value: pieces * 2, gives: number", "number"),
        ("value: pieces * 2, places: 4", "decimal(4)"),
        ("value: pieces * 2, places: 0", "decimal(0)"),
        ("value: pieces * 2, gives: money", "money"),
        ("value: price / price * 100, gives: percent, places: 0", "percent(0)"),
        ("value: note, gives: long_text", "long_text"),
    ],
)
def test_an_author_may_say_what_a_formula_gives(compile_: Compile, keys: str, kept: str) -> None:
    field = compile_(f"{{type: formula, {keys}}}", "text").entities["order"].fields["it"]
    assert in_words(field.type) == kept


@pytest.mark.parametrize(
    ("keys", "kept"),
    [
        ("count: true", "number"),
        ("sum: pieces", "number"),
        ("sum: weight", "decimal(3)"),
        ("sum: price", "money"),
        ("sum: takes", "duration"),
        ("average: pieces", "decimal(2)"),
        ("average: weight", "decimal(3)"),
        ("average: stars", "decimal(2)"),
        ("average: price", "money"),
        ("max: day", "date"),
        ("min: due", "datetime"),
        ("max: stars", "number"),
        ("last: note", "long_text"),
        ("first: level", "choice"),
        ("last: number", "text"),
        ("last: firm", "link"),
    ],
)
def test_the_type_of_a_rollup_follows_from_what_it_sums_up(compile_: Compile, keys: str, kept: str) -> None:
    field = compile_("text", f"{{type: rollup, of: order.firm, {keys}}}").entities["firm"].fields["it"]
    assert in_words(field.type) == kept


def test_a_choice_keeps_its_labels_and_colors_and_nothing_else(compile_: Compile) -> None:
    field = compile_("{type: formula, value: level, label: Size}", "text").entities["order"].fields["it"]
    choices = field.type.choices()
    assert [(each.key, each.label["en"], each.color) for each in choices.values()] == [
        ("low", "Few", "gray"),
        ("high", "Many", None),
    ]
    assert (field.label["en"], field.type.required, field.type.default) == ("Size", False, None)


def test_the_kind_of_a_state_has_words_in_every_language(compile_: Compile) -> None:
    field = compile_("{type: formula, value: status.kind}", "text").entities["order"].fields["it"]
    assert dict(field.type.choices()["done"].label) == {"en": "Done", "id": "Selesai"}


def test_a_copy_is_kept_as_where_it_comes_from(compile_: Compile) -> None:
    field = compile_("{type: copy, from: firm.name, when: on create}", "text").entities["order"].fields["it"]
    assert (field.type.name, field.type.storage().length, field.type.required) == ("text", 60, False)


@pytest.mark.parametrize(
    ("when", "computed"), [("always", True), ("when empty", False), ("on create", False)]
)
def test_only_a_copy_that_stays_equal_is_never_entered(compile_: Compile, when: str, computed: bool) -> None:
    field = compile_(f"{{type: copy, from: firm.name, when: {when}}}", "text").entities["order"].fields["it"]
    assert field.computed is computed
    assert isinstance(field.derivation, Computed)
    assert field.derivation.when is When(when)


def test_the_first_and_the_last_are_by_time_of_creation_unless_it_is_said_otherwise(
    compile_: Compile,
) -> None:
    field = compile_("text", "{type: rollup, of: order.firm, last: note}").entities["firm"].fields["it"]
    assert field.derivation == Rollup("order", "firm", Function.LAST, "note", "created_at", None)


PARENT = """
entity: parent
fields:
  last: {type: formula, value: total + 1}
  total: {type: rollup, of: child.parent, sum: double}
"""
CHILD = """
entity: child
fields:
  double: {type: formula, value: size * 2}
  size: number
  parent: {type: link, to: parent}
  far: {type: copy, from: parent.last}
"""


def test_values_are_made_behind_those_that_they_are_made_of(tmp_path: Path) -> None:
    derived = compiled(tmp_path, (PARENT, CHILD)).derived
    assert derived == (("child", "double"), ("parent", "total"), ("parent", "last"), ("child", "far"))


def test_a_long_chain_of_formulas_is_no_mishap(tmp_path: Path) -> None:
    formulas = "".join(f"  f{n}: {{type: formula, value: f{n + 1} + 1}}\n" for n in range(300))
    model = compiled(tmp_path, (f"entity: chain\nfields:\n{formulas}  f300: number\n",))
    assert model.derived[0] == ("chain", "f299")


def test_a_derived_link_forbids_no_delete(compile_: Compile) -> None:
    model = compile_("{type: copy, from: firm.it}", "{type: link, to: firm}")
    assert {(each.entity, each.field) for each in model.entities["firm"].inbound} == {
        ("order", "firm"),
        ("firm", "it"),
    }
