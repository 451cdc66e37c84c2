"""Fields that stand for several, in records."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from relasi.errors import Invalid
from relasi.records import ListRequest
from tests.records.world import World

SETTINGS = """
crm: 1
name: Test
currency: IDR
time_zone: Asia/Jakarta
rates: {USD: 15500, SGD: 12000.5}
"""
DEAL = """
entity: deal
fields:
  who: person_name
  price: {type: money, currencies: [IDR, USD, SGD]}
  place: geo
"""

Build = Callable[..., World]


@pytest.mark.parametrize(("currency", "base"), [("idr", "12.50"), ("usd", "193750.00"), ("sgd", "150006.25")])
def test_an_amount_has_its_value_in_the_currency_of_the_project(
    build: Build, currency: str, base: str
) -> None:
    made = build(SETTINGS, DEAL).create("deal", who_given="Budi", price="12.50", price_currency=currency)
    assert made.values["price_base"] == Decimal(base)


def test_an_amount_is_in_the_currency_of_the_project_unless_it_says_another(build: Build) -> None:
    made = build(SETTINGS, DEAL).create("deal", who_given="Budi", price=5)
    assert (made.values["price_currency"], made.values["price_base"]) == ("idr", 5)


def test_an_amount_needs_a_currency(build: Build) -> None:
    with pytest.raises(Invalid) as caught:
        build(SETTINGS, DEAL).create("deal", who_given="Budi", price=5, price_currency=None)
    assert [issue.field for issue in caught.value.issues] == ["price_currency"]


def test_amounts_of_different_currencies_compare_by_their_value(build: Build) -> None:
    world = build(SETTINGS, DEAL)
    world.create("deal", who_given="A", price=20_000, price_currency="idr")
    dear = world.create("deal", who_given="B", price=2, price_currency="usd")
    found = world.crm.records.list(world.engine, ListRequest("deal", where=("price_base > 25000",)))
    assert [each.id for each in found.records] == [dear.id]


def test_a_name_is_put_together_without_what_it_lacks(build: Build) -> None:
    world = build(SETTINGS, DEAL)
    assert world.create("deal", who_given="Sukarno").title == "Sukarno"
    whole = world.create(
        "deal", who_salutation="Ibu", who_given="Siti", who_family="Aminah", who_suffix="S.H."
    )
    assert whole.title == "Ibu Siti Aminah S.H."


def test_half_a_point_is_refused(build: Build) -> None:
    with pytest.raises(Invalid) as caught:
        build(SETTINGS, DEAL).create("deal", who_given="Budi", place_latitude="-6.2")
    assert [issue.field for issue in caught.value.issues] == ["place_longitude"]
