"""People who work in the CRM."""

from __future__ import annotations

from dataclasses import replace

from tests.schema.fields.making import FOR_ENGLISH, MOMENT, made, problems_of


def test_me_is_whoever_creates_the_record() -> None:
    assert made("user", default="me").default_value(MOMENT) == "dewi"


def test_nobody_is_signed_in_for_the_engine_itself() -> None:
    assert made("user", default="me").default_value(replace(MOMENT, user_id=None)) is None


def test_a_definition_cannot_name_another_user() -> None:
    (problem,) = problems_of("user", default="budi")
    assert problem.path == ("default",)


def test_it_is_shown_by_name() -> None:
    named = replace(FOR_ENGLISH, title=lambda entity, key: f"{entity} {key}")
    assert made("user").show("dewi", named) == "user dewi"
