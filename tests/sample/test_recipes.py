"""Recipes: each kind gives what it promises, and every mistake is reported at its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from relasi.sample.author import Author
from relasi.sample.recipes import recipes
from relasi.sample.scene import Scene
from relasi.schema.fields.base import Value
from relasi.schema.samples import EVEN
from relasi.store.users import User
from tests.importing.loading import content

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ENTERED = NOW - timedelta(days=200)
JAKARTA = ZoneInfo("Asia/Jakarta")
SARI = User("u1", "sari", "Sari", "", ("service_agent",), "en")
RUDI = User("u2", "rudi", "Rudi", "", ("sales_rep",), "en")

Found = tuple[tuple[str | int, ...], str, str | None]


def check(entity: str, fields: dict[str, Any]) -> list[Found]:
    found: list[Found] = []

    def report(
        path: tuple[str | int, ...],
        code: str,
        message: str,
        *,
        word: str | None = None,
        candidates: Iterable[str] = (),
        help: str = "",
    ) -> None:
        assert word is None or word not in candidates
        found.append((path, code, word))

    recipes(Author(content(), content().entities[entity], fields, report))
    return found


def draw(
    entity: str,
    fields: dict[str, Any],
    field: str,
    *,
    times: int = 60,
    seasons: tuple[float, ...] = EVEN,
) -> list[Any]:  # Any: values of the field
    """What the recipe of the last field gives, drawn many times."""
    assert check(entity, fields) == []
    made = recipes(Author(content(), content().entities[entity], fields, _never))
    scene = Scene(Random(3), NOW, JAKARTA, (SARI, RUDI), seasons=seasons)
    seen = frozenset({"kind", "customer", "created_at", "price"})
    scene.looked_at = dict.fromkeys(("customer", "contact", "product"), seen)
    scene.keep("customer", {"id": "c1", "kind": "company", "created_at": ENTERED})
    scene.keep("customer", {"id": "c2", "kind": "person", "created_at": ENTERED})
    scene.keep("product", {"id": "w1", "price": Decimal(2000)})
    scene.keep("contact", {"id": "p1", "customer": "c1"})
    scene.keep("contact", {"id": "p2", "customer": "c2"})
    drawn = []
    for n in range(times):
        scene.values, scene.n = {}, n + 1
        for name, recipe in made.items():
            scene.values[name] = recipe(scene)
        drawn.append(dict(scene.values)[field])
    return drawn


def _never(*_: object, **__: object) -> None:
    raise AssertionError("checked before")


@pytest.mark.parametrize(
    ("recipe", "values"),
    [
        ("Solo", {"Solo"}),
        ({"pick": ["Solo", "Jambi"]}, {"Solo", "Jambi"}),
        ({"pick": {"Solo": 1, "Jambi": 0}}, {"Solo"}),
        ({"chance": 0, "of": "Solo"}, {None}),
        ({"chance": Decimal("0.5"), "of": "Solo"}, {"Solo", None}),
        ({"one_of": ["Solo", {"pick": ["Jambi"]}]}, {"Solo", "Jambi"}),
        ({"by": "kind", "of": {"company": "Solo", "person": None}}, {"Solo", None}),
        ({"template": "{kind}"}, {"company", "person"}),
    ],
)
def test_a_recipe_gives_these_values(recipe: Any, values: set[Value]) -> None:
    assert set(draw("customer", {"kind": {"pick": ["company", "person"]}, "city": recipe}, "city")) == values


def test_next_goes_through_the_list_and_starts_again() -> None:
    assert draw("customer", {"city": {"next": ["a", "b"]}}, "city", times=5) == ["a", "b", "a", "b", "a"]


def test_between_gives_numbers_in_steps() -> None:
    drawn = draw("product", {"price": {"between": [100, 200], "step": 50}}, "price")
    assert set(drawn) == {Decimal(100), Decimal(150), Decimal(200)}


def test_between_gives_digits_where_the_field_is_text() -> None:
    assert set(draw("customer", {"postcode": {"between": [10110, 10111]}}, "postcode")) == {"10110", "10111"}


def test_days_ago_gives_office_hours_that_have_been() -> None:
    for moment in draw("complaint", {"received_at": {"days_ago": [3, 30]}}, "received_at"):
        local = moment.astimezone(JAKARTA)
        assert NOW - timedelta(days=33) < moment < NOW
        assert (local.weekday() < 5, 8 <= local.hour < 17) == (True, True)


def test_days_ahead_gives_days_to_come_for_a_date() -> None:
    drawn = draw("opportunity", {"expected_close": {"days_ahead": [5, 9]}}, "expected_close")
    assert {day.weekday() for day in drawn} <= {0, 1, 2, 3, 4}
    assert all(NOW.date() + timedelta(days=2) < day <= NOW.date() + timedelta(days=9) for day in drawn)


def test_after_lies_between_the_other_field_and_now() -> None:
    fields = {"received_at": {"days_ago": [0, 4]}, "closed_at": {"after": "received_at", "days": [1, 3]}}
    assert all(moment < NOW for moment in draw("complaint", fields, "closed_at"))


def test_a_link_finds_records_with_these_values() -> None:
    assert set(
        draw("contact", {"customer": {"link": "customer", "where": {"kind": "person"}}}, "customer")
    ) == {"c2"}


def test_a_link_finds_records_that_agree_with_this_one() -> None:
    fields = {"customer": "c1", "contact": {"link": "contact", "same": {"customer": "customer"}}}
    assert set(draw("complaint", fields, "contact")) == {"p1"}


def test_a_link_to_one_of_several_entities_names_the_entity() -> None:
    assert set(draw("task", {"about": {"link": "customer"}}, "about")) == {"customer/c1", "customer/c2"}


def test_links_in_turn_lead_to_one_record_after_the_other() -> None:
    drawn = draw("task", {"about": {"link": "customer", "in_turn": True}}, "about", times=4)
    assert drawn == ["customer/c1", "customer/c2"] * 2


def test_what_is_drawn_may_depend_on_a_linked_record() -> None:
    fields = {"customer": "c2", "subject": {"by": "customer.kind", "of": {"person": "Solo"}}}
    assert set(draw("complaint", fields, "subject")) == {"Solo"}


def test_a_share_is_one_of_a_number_of_a_linked_record() -> None:
    fields = {"product": "w1", "unit_price": {"share": "product.price", "percent": 25}}
    assert set(draw("price", fields, "unit_price")) == {Decimal(500)}


def test_after_a_date_comes_another_one() -> None:
    fields = {"ordered_on": {"days_ago": [30, 40]}, "delivered_on": {"after": "ordered_on", "days": [2, 14]}}
    start, end = NOW.date() - timedelta(days=41), NOW.date()
    assert all(start < day < end for day in draw("order", fields, "delivered_on"))


def test_more_happens_in_the_months_that_weigh_more() -> None:
    busy_december = (*(0.1,) * 11, 1.0)
    fields = {"ordered_on": {"days_ago": [0, 729]}}
    drawn = draw("order", fields, "ordered_on", seasons=busy_december)
    assert Counter(day.month for day in drawn).most_common(1)[0][0] == 12


def test_a_user_has_the_role() -> None:
    assert set(draw("customer", {"owner": {"user": "sales_rep"}}, "owner")) == {"u2"}


@pytest.mark.parametrize(
    ("fields", "path", "code", "word"),
    [
        ({"city": {"pik": "cities"}}, ("city", "pik"), "unknown-recipe", "pik"),
        ({"city": {"pick": "citys"}}, ("city", "pick"), "unknown-pool", "citys"),
        ({"city": {"pick": []}}, ("city", "pick"), "wrong-type", None),
        ({"city": {"pick": {"a": "often"}}}, ("city", "pick"), "wrong-type", None),
        ({"city": {"pick": "cities", "of": 1}}, ("city", "of"), "unknown-key", "of"),
        ({"kind": "firm"}, ("kind",), "bad-value", "firm"),
        ({"kind": {"pick": ["company", "firm"]}}, ("kind", "pick"), "bad-value", "firm"),
        ({"city": {"template": "{citys}"}}, ("city", "template"), "unknown-pool", "citys"),
        ({"city": {"by": "kind", "of": {}}}, ("city", "by"), "unknown-field", "kind"),
        (
            {"kind": "company", "city": {"by": "kind", "of": {"firm": "x"}}},
            ("city", "of", "firm"),
            "unknown-option",
            "firm",
        ),
        ({"city": {"by": "city"}}, ("city", "by"), "unknown-field", "city"),
        ({"city": {"chance": 2, "of": "x"}}, ("city", "chance"), "wrong-type", None),
        (
            {"birth_date": "2001-01-01", "city": {"share": "birth_date"}},
            ("city", "percent"),
            "wrong-type",
            None,
        ),
        ({"city": {"one_of": "x"}}, ("city", "one_of"), "wrong-type", None),
        ({"postcode": {"between": [2, 1]}}, ("postcode", "between"), "wrong-type", None),
        ({"city": {"days_ago": [1, 2]}}, ("city", "days_ago"), "wrong-type", None),
        ({"birth_date": {"after": "x", "days": [1, 2]}}, ("birth_date", "after"), "unknown-field", "x"),
        ({"owner": {"user": "sale_rep"}}, ("owner", "user"), "unknown-role", "sale_rep"),
        ({"city": {"link": "customer"}}, ("city", "link"), "unknown-entity", "customer"),
    ],
)
def test_a_mistake_is_reported_at_its_place(
    fields: dict[str, Any], path: tuple[str | int, ...], code: str, word: str | None
) -> None:
    assert (path, code, word) in check("customer", fields)


def test_after_counts_from_when_a_linked_record_was_entered() -> None:
    fields = {
        "customer": {"link": "customer"},
        "received_at": {"after": "customer.created_at", "days": [0, 400]},
    }
    drawn = draw("complaint", fields, "received_at")

    assert all(ENTERED <= moment < NOW for moment in drawn)
    assert len(set(drawn)) > 10
