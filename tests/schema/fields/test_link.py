"""Links to other records."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relasi.schema.expressions import types
from tests.schema.fields.making import FOR_ENGLISH, made, problems_of, refusal

_NAMED = replace(FOR_ENGLISH, title=lambda entity, key: f"{entity} {key}")


def test_a_link_to_one_entity_is_an_id() -> None:
    field = made("link", to="customer")
    assert field.accept("c1") == "c1"
    assert field.show("c1", _NAMED) == "customer c1"


def test_a_link_to_several_says_to_which() -> None:
    field = made("link", to=["customer", "product"])
    assert field.accept("product/p1") == "product/p1"
    assert field.show("product/p1", _NAMED) == "product p1"


@pytest.mark.parametrize("value", ["p1", "task/t1", "product/", "/p1"])
def test_a_link_to_several_must_name_one_of_them(value: str) -> None:
    assert refusal(made("link", to=["customer", "product"]).accept, value) == "not_a_link"


def test_it_knows_its_targets() -> None:
    field = made("link", to=["customer", "product"])
    assert field.targets() == ("customer", "product")
    assert field.expression_type() == types.Link(("customer", "product"))


def test_an_unknown_entity_is_reported_at_its_place() -> None:
    (problem,) = problems_of("link", to=["customer", "prodcut"])
    assert (problem.path, problem.word, problem.candidates) == (("to", 1), "prodcut", ("customer", "product"))


@pytest.mark.parametrize("targets", [[], ["customer", "customer"]])
def test_targets_must_be_some_and_different(targets: list[str]) -> None:
    (problem,) = problems_of("link", to=targets)
    assert (problem.path, problem.code) == (("to",), "bad-targets")


def test_a_required_link_cannot_be_cleared() -> None:
    (problem,) = problems_of("link", to="customer", required=True, on_delete="clear")
    assert (problem.path, problem.code) == (("on_delete",), "contradiction")


def test_a_definition_cannot_name_a_record() -> None:
    (problem,) = problems_of("link", to="customer", default="c1")
    assert problem.path == ("default",)
