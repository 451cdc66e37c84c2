"""Conditions on the records that a link may choose, in which `record.` reads the record that links."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relasi.schema.expressions import Expression, ExpressionError
from tests.schema.expressions.desk import Desk, Words, situation

CHOOSING = replace(Desk(), outer="ticket")


def asked(text: str) -> Expression:
    return Expression.parse(text, CHOOSING)


@pytest.mark.parametrize(
    ("mine", "theirs", "suits"), [("low", "low", True), ("low", "high", False), (None, "low", False)]
)
def test_it_compares_one_record_with_the_other(mine: str | None, theirs: str, suits: bool) -> None:
    expression = asked("priority = record.priority")
    outer, inner = situation({"priority": mine}), situation({"priority": theirs})
    assert bool(expression.evaluate(replace(inner, outer=outer))) is suits


def test_once_the_record_is_known_it_is_a_plain_condition() -> None:
    bound = asked("priority = record.priority").bound(situation({"priority": "high"}))
    assert bound.evaluate(situation({"priority": "high"})) is True
    assert bound.evaluate(situation({"priority": "low"})) is False


def test_two_records_make_two_conditions() -> None:
    expression = asked("priority = record.priority")
    low, high = (expression.bound(situation({"priority": each})) for each in ("low", "high"))
    assert low.text != high.text


def test_what_it_reads_of_the_record_is_known_by_name() -> None:
    expression = asked("priority = record.priority and subject = record.customer.name")
    assert expression.given == {"priority", "customer", "customer.name"}
    assert expression.fields == {"priority", "subject"}


def test_it_reads_as_a_sentence() -> None:
    assert asked("priority = record.priority").describe("en", Words()) == "Priority is Priority here"
    assert asked("priority = record.priority").describe("id", Words()) == "Priority adalah Priority di sini"


def test_record_is_the_one_that_links_and_this_the_one_to_choose() -> None:
    outer, inner = situation({"id": "t1"}), situation({"id": "t2", "parent": "t1"})

    for each in (asked("parent = record and this != record").bound(outer), asked("this != record")):
        assert each.evaluate(replace(inner, outer=outer)) is True
        assert each.evaluate(replace(outer, outer=outer)) is False


def test_where_there_is_one_record_this_is_another_word_for_it() -> None:
    expression = Expression.parse("parent != this", Desk())
    assert expression.evaluate(situation({"id": "t1", "parent": "t1"})) is False


def test_fields_are_read_without_it() -> None:
    with pytest.raises(ExpressionError):
        asked("this.priority = low")
