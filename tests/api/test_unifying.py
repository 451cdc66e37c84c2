"""Records that are one and the same, as programs see to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.program import Program
from tests.records.world import World


@pytest.fixture
def chief(program: Callable[..., Program]) -> Program:
    return program("chief", name="rina")


@pytest.fixture
def pair(chief: Program) -> tuple[str, str]:
    """Two of one name."""
    found = [chief.ask("POST", "/records/payer?duplicates=allow", {"fields": {"name": "Maju"}}) for _ in "ab"]
    return found[0].json()["id"], found[1].json()["id"]


def merged(program: Program, stays: str, *others: str, **headers: str) -> Any:  # Any: JSON
    return program.ask("POST", f"/records/payer/{stays}/merge", {"others": list(others)}, **headers)


def test_records_that_may_be_the_same_are_told_with_the_reason(chief: Program, pair: tuple[str, str]) -> None:
    (found,) = chief.get(f"/records/payer/{pair[0]}/like")["records"]

    assert (found["id"], found["title"], found["likeness"]) == (pair[1], "Maju", 1)
    assert found["why"]


def test_a_record_that_the_person_may_not_see_is_no_candidate(
    clerk: Program, chief: Program, pair: tuple[str, str]
) -> None:
    chief.ask("PATCH", f"/records/payer/{pair[1]}", {"fields": {"vip": True}}, if_match="*")

    assert clerk.get(f"/records/payer/{pair[0]}/like") == {"records": []}


def test_one_is_made_of_two_and_the_other_leads_to_it(chief: Program, pair: tuple[str, str]) -> None:
    stays, goes = pair

    assert merged(chief, stays, goes).json() == {"entity": "payer", "id": stays, "version": 1}
    assert chief.ask("GET", f"/records/payer/{goes}").json()["merged_into"] == stays


def test_a_field_takes_the_value_of_the_record_that_is_named(chief: Program, pair: tuple[str, str]) -> None:
    stays, goes = pair
    for key, vip in ((stays, False), (goes, True)):
        chief.ask("PATCH", f"/records/payer/{key}", {"fields": {"vip": vip}}, if_match="*")

    chief.ask("POST", f"/records/payer/{stays}/merge", {"others": [goes], "keep": {"vip": goes}})

    assert chief.get(f"/records/payer/{stays}")["fields"]["vip"] is True


def test_what_was_merged_is_told_and_parted_again(chief: Program, pair: tuple[str, str]) -> None:
    stays, goes = pair
    merged(chief, stays, goes)
    (gone,) = chief.get(f"/records/payer/{stays}/merged")["merged"]

    back = chief.ask("POST", f"/records/payer/{stays}/merged/{gone['merge']}/part", {})

    assert (gone["title"], gone["user"]["id"]) == ("Maju", "u-rina")
    assert back.json()["id"] == goes
    assert chief.get(f"/records/payer/{stays}/merged") == {"merged": []}


def test_a_merge_of_another_record_is_not_parted_from_this_one(chief: Program, pair: tuple[str, str]) -> None:
    merged(chief, *pair)
    (gone,) = chief.get(f"/records/payer/{pair[0]}/merged")["merged"]
    other = chief.ask("POST", "/records/payer", {"fields": {"name": "Sinar"}}).json()["id"]

    assert chief.ask("POST", f"/records/payer/{other}/merged/{gone['merge']}/part", {}).status_code == 404


def test_a_merge_sent_twice_with_one_key_happens_once(
    chief: Program, pair: tuple[str, str], world: World
) -> None:
    first, again = (merged(chief, *pair, idempotency_key="merge-1") for _ in range(2))

    assert first.json() == again.json()
    assert [each.kind for each in world.changes("payer", pair[0])].count("merged") == 1


def test_whoever_may_not_delete_the_others_merges_nothing(clerk: Program, pair: tuple[str, str]) -> None:
    assert merged(clerk, *pair).status_code == 403


@pytest.mark.parametrize("others", [[], ["x"] * 10, "x"])
def test_a_number_of_records_that_cannot_be_merged_is_refused(
    chief: Program, pair: tuple[str, str], others: Any
) -> None:
    answer = chief.ask("POST", f"/records/payer/{pair[0]}/merge", {"others": others})

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_body")
