"""The large sample of the content holds together: what a person who knows the trade would check by eye."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import phonenumbers
import pytest

from relasi.platform.query import Row
from relasi.runtime import Crm
from relasi.sample.generator import make_large_sample
from relasi.schema.fields.phone import PhoneField
from relasi.schema.fields.series import SeriesField
from tests.importing.loading import content, empty_crm, rows
from tests.sample.test_generator import users

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
SIZE = 2000
LONGEST_AGO = timedelta(days=762)
"""Two years, and what had to be there before they began."""

Found = Mapping[str, list[Row]]


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crm]:
    with empty_crm(tmp_path_factory.mktemp("large"), clock=lambda: NOW) as crm:
        make_large_sample(crm.records, users(), {}, size=SIZE)
        yield crm


@pytest.fixture(scope="module")
def found(crm: Crm) -> Found:
    return {entity: rows(crm, entity) for entity in content().entities}


def by_id(records: list[Row]) -> dict[str, Row]:
    return {each["id"]: each for each in records}


def test_it_has_about_the_size_that_was_asked_for(found: Found) -> None:
    made = sum(len(found[each.entity]) for each in content().sample.sets)
    assert SIZE * 0.95 < made < SIZE * 1.2


def test_every_required_field_is_filled(found: Found) -> None:
    empty = [
        (entity.name, field.name)
        for entity in content().entities.values()
        for field in entity.own_fields
        if field.type.required and any(row[field.name] is None for row in found[entity.name])
    ]
    assert empty == []


@pytest.mark.parametrize("entity", ["order", "opportunity", "quote", "case", "complaint", "service_order"])
def test_a_contact_works_for_the_customer_of_its_record(found: Found, entity: str) -> None:
    employer = {each["id"]: each["customer"] for each in found["contact"]}
    named = [each for each in found[entity] if each["contact"]]
    assert named
    assert all(employer[each["contact"]] == each["customer"] for each in named)


def test_a_unit_stands_with_the_customer_of_its_case(found: Found) -> None:
    place = {each["id"]: each["customer"] for each in found["asset"]}
    assert all(place[each["asset"]] == each["customer"] for each in found["case"] if each["asset"])


@pytest.mark.parametrize("entity", ["case", "complaint"])
def test_what_is_closed_was_received_before(found: Found, entity: str) -> None:
    closed = [each for each in found[entity] if each["closed_at"]]
    assert closed
    assert all(each["received_at"] <= each["closed_at"] <= NOW for each in closed)


def test_everything_was_entered_within_two_years(found: Found) -> None:
    moments = [each["created_at"] for records in found.values() for each in records]
    assert min(moments) > NOW - LONGEST_AGO
    assert max(moments) <= NOW


def test_people_enter_customers_in_office_hours(found: Found) -> None:
    zone = content().settings.zone
    local = [each["created_at"].astimezone(zone) for each in found["customer"]]
    assert all(each.weekday() < 5 and 8 <= each.hour < 17 for each in local)


def test_more_is_ordered_in_busy_months(found: Found) -> None:
    weights = content().sample.seasons
    months = Counter(each["ordered_on"].month for each in found["order"] if each["status"] == "delivered")
    busy = sorted(range(1, 13), key=lambda month: weights[month - 1])
    assert sum(months[each] for each in busy[6:]) > sum(months[each] for each in busy[:6])


def test_an_order_is_worth_what_its_lines_are(found: Found) -> None:
    worth: dict[str, Decimal] = {}
    for line in found["order_line"]:
        worth[line["order"]] = worth.get(line["order"], Decimal(0)) + line["amount"]
    assert {each["id"]: each["subtotal"] for each in found["order"] if each["subtotal"]} == worth


def test_no_number_occurs_twice(found: Found) -> None:
    for entity in content().entities.values():
        for field in entity.own_fields:
            if isinstance(field.type, SeriesField):
                numbers = [row[field.name] for row in found[entity.name]]
                assert len(set(numbers)) == len(numbers)


def test_every_phone_number_could_be_called(found: Found) -> None:
    phones = {
        row[field.name]
        for entity in content().entities.values()
        for field in entity.own_fields
        if isinstance(field.type, PhoneField)
        for row in found[entity.name]
        if row[field.name]
    }
    assert phones
    assert [each for each in phones if not _is_indonesian(each)] == []


def _is_indonesian(phone: str) -> bool:
    number = phonenumbers.parse(phone, "ID")
    return number.country_code == 62 and phonenumbers.is_valid_number(number)


def test_an_article_says_what_its_name_promises(found: Found) -> None:
    told: dict[Any, set[Any]] = {}
    for each in found["article"]:
        told.setdefault(each["body"], set()).add(each["name"])
    assert None not in told
    assert all(len(names) == 1 for names in told.values())


def test_people_live_with_their_household(found: Found) -> None:
    homes = by_id(found["household"])
    people = [each for each in found["customer"] if each["household"]]
    assert people
    for each in people:
        home = homes[each["household"]]
        assert (each["street"], each["city"]) == (home["street"], home["city"])
        assert each["name"].endswith(home["surname"])


def test_mails_of_a_case_come_after_it(found: Found) -> None:
    received = {each["id"]: each["received_at"] for each in found["case"]}
    assert all(received[each["case"]] <= each["at"] <= NOW for each in found["case_mail"] if each["case"])
