"""Records are read, listed, counted and named: always within the reader's rights, whichever way is asked."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from relasi.errors import BadCursor, Forbidden, NotFound
from relasi.platform.query import Figure, Summary
from relasi.records import Actor, ListRequest
from relasi.schema.derivations import Function
from relasi.schema.expressions import Expression, ExpressionError
from relasi.schema.expressions.types import Boolean
from relasi.schema.model import Sort
from relasi.schema.scope import ModelScope
from tests.records.world import World

ROLES = """
roles:
  agent: {}
  partner: {}
  visitor: {}
"""

CUSTOMER = """
entity: customer
title: "{name} {secret}"
fields:
  name: text
  secret: text
  tier: {type: choice, options: [gold, silver]}
  owner: user
search: [name, secret]
access:
  agent: {read: all, hide: [secret]}
  partner: {read: own}
"""

TICKET = """
entity: ticket
title: "{subject} ({customer.name} {customer.secret})"
fields:
  subject: text
  amount: money
  secret: text
  due: date
  customer: {type: link, to: customer}
  parent: {type: link, to: ticket}
  owner: user
search: [subject, secret]
lists:
  gold: {where: customer.tier = gold, columns: [subject]}
access:
  agent: {read: all, hide: [secret]}
  partner: {read: "owner = user or amount < 10"}
"""


@pytest.fixture
def world(build: Callable[..., World]) -> World:
    world = build(ROLES, CUSTOMER, TICKET)
    pia = world.user("pia", "partner")
    mine = world.create("customer", name="Maju", secret="s1", tier="gold", owner=pia)
    other = world.create("customer", name="Jaya", secret="s2", tier="silver")
    rows = [
        ("Broken chair", 50, "red", mine, pia),
        ("broken desk", 5, "blue", other, None),
        ("Late lamp", 70, "red", other, None),
        ("Lamp of 100% glass_ware", None, None, None, pia),
    ]
    for subject, amount, secret, customer, owner in rows:
        values = {"subject": subject, "amount": amount, "secret": secret, "owner": owner}
        world.create("ticket", **values, customer=customer and customer.id)
    return world


@pytest.fixture
def ana(world: World) -> Actor:
    return world.actor("ana", "agent")


@pytest.fixture
def pia(world: World) -> Actor:
    return world.actor("pia")


def subjects(world: World, actor: Actor, **asked: Any) -> list[str]:
    request = ListRequest("ticket", **asked)
    return [record.values["subject"] for record in world.crm.records.list(actor, request).records]


def sums(
    world: World, actor: Actor, *, by: tuple[str, ...] = (), of: str = "amount", where: str = "true"
) -> list[tuple[Any, ...]]:  # Any: numbers
    """Count and sum of each group, without the values that make it."""
    scope = ModelScope(world.crm.model, "ticket")
    figures = (Figure(Function.COUNT), Figure(Function.SUM, of, Expression.parse(where, scope, Boolean())))
    summary = Summary(figures, tuple(Expression.parse(each, scope) for each in by))
    return [group.figures for group in world.crm.records.summarize(actor, ListRequest("ticket"), summary)]


CHAIR, DESK, LAMP, GLASS = "Broken chair", "broken desk", "Late lamp", "Lamp of 100% glass_ware"


class TestRights:
    def test_a_list_holds_what_may_be_read(self, world: World, ana: Actor, pia: Actor) -> None:
        assert subjects(world, ana) == [CHAIR, DESK, LAMP, GLASS]
        assert subjects(world, pia) == [CHAIR, DESK, GLASS]

    def test_so_does_a_count(self, world: World, pia: Actor) -> None:
        assert world.crm.records.count(pia, ListRequest("ticket")).number == 3

    def test_so_does_a_summary(self, world: World, pia: Actor) -> None:
        assert sums(world, pia) == [(3, Decimal(55))]

    def test_a_record_that_may_not_be_read_is_not_found(self, world: World, pia: Actor) -> None:
        hidden = next(row["id"] for row in world.rows("ticket") if row["subject"] == LAMP)

        for key in (hidden, "nothing"):
            with pytest.raises(NotFound):
                world.crm.records.get(pia, "ticket", key)

    def test_without_any_grant_there_is_no_list(self, world: World) -> None:
        eve = world.actor("eve", "visitor")

        assert not world.crm.records.may_read(eve, "ticket")
        with pytest.raises(Forbidden):
            subjects(world, eve)

    def test_an_unknown_entity_is_not_found(self, world: World, ana: Actor) -> None:
        with pytest.raises(NotFound):
            world.crm.records.get(ana, "planet", "1")


class TestHiddenFields:
    @pytest.mark.parametrize(
        "asked",
        [{"by": ("secret",)}, {"of": "secret"}, {"where": "secret = 'red'"}],
        ids=["by", "of", "where"],
    )
    def test_no_summary_is_made_of_a_hidden_field(
        self, world: World, ana: Actor, asked: dict[str, Any]
    ) -> None:
        with pytest.raises(Forbidden):
            sums(world, ana, **asked)

    def test_nor_of_records_that_may_not_be_read(self, world: World, pia: Actor) -> None:
        with pytest.raises(Forbidden):
            sums(world, pia, by=("customer.tier",))

    def test_a_hidden_field_is_in_no_record(self, world: World, ana: Actor) -> None:
        record = world.crm.records.list(ana, ListRequest("ticket", fields=("subject", "secret"))).records[0]

        assert "secret" not in record.values
        assert "secret" not in world.crm.records.get(ana, "ticket", record.id).values

    @pytest.mark.parametrize(
        "asked",
        [
            {"where": ("secret = 'red'",)},
            {"where": ("subject = 'x' or secret is empty",)},
            {"where": ("customer.secret = 's1'",)},
            {"where": ("parent.customer.secret = 's1'",)},
            {"sort": (Sort("secret"),)},
            {"matching": {"secret": ["red"]}},
        ],
    )
    def test_nothing_may_be_asked_that_would_tell_it(
        self, world: World, ana: Actor, asked: dict[str, Any]
    ) -> None:
        with pytest.raises(Forbidden):
            subjects(world, ana, **asked)
        with pytest.raises(Forbidden):
            world.crm.records.count(ana, ListRequest("ticket", **asked))

    def test_a_field_that_is_not_there_is_refused_in_the_same_way(self, world: World, ana: Actor) -> None:
        with pytest.raises(Forbidden):
            subjects(world, ana, sort=(Sort("sekret"),))
        with pytest.raises(Forbidden):
            subjects(world, ana, matching={"sekret": [1]})

    def test_a_search_does_not_look_into_it(self, world: World, ana: Actor, pia: Actor) -> None:
        assert subjects(world, ana, search="red") == []
        assert subjects(world, pia, search="red") == [CHAIR]

    def test_a_title_does_not_show_it(self, world: World, ana: Actor, pia: Actor) -> None:
        [customer] = [
            each.title for each in world.crm.records.list(ana, ListRequest("customer", limit=1)).records
        ]
        [ticket] = [
            each.title for each in world.crm.records.list(ana, ListRequest("ticket", limit=1)).records
        ]

        assert (customer.strip(), ticket) == ("Maju", "Broken chair (Maju )")


class TestWhatIsNotReadable:
    def test_a_title_does_not_tell_of_linked_records(self, world: World, pia: Actor) -> None:
        titles = [each.title for each in world.crm.records.list(pia, ListRequest("ticket", limit=2)).records]

        assert titles == ["Broken chair (Maju s1)", "broken desk ( )"]

    def test_a_filter_does_not_look_into_records_of_which_some_may_not_be_read(
        self, world: World, ana: Actor, pia: Actor
    ) -> None:
        assert subjects(world, ana, where=("customer.tier = gold",)) == [CHAIR]
        with pytest.raises(Forbidden):
            subjects(world, pia, where=("customer.tier = gold",))

    def test_not_even_a_saved_list(self, world: World, pia: Actor) -> None:
        saved = world.crm.model.entities["ticket"].lists["gold"]
        assert saved.where is not None

        with pytest.raises(Forbidden):
            subjects(world, pia, where=(saved.where,))

    def test_titles_are_given_only_for_what_may_be_read(self, world: World, pia: Actor) -> None:
        customers = [row["id"] for row in world.rows("customer")]

        titles = world.crm.records.titles(
            pia,
            [("customer", key) for key in customers] + [("user", "u-pia"), ("planet", "1"), ("user", "x")],
        )

        assert titles == {("customer", customers[0]): "Maju s1", ("user", "u-pia"): "Pia"}

    def test_options_are_only_what_may_be_read(self, world: World, ana: Actor, pia: Actor) -> None:
        assert [title.strip() for _, title in world.crm.records.options(ana, "customer")] == ["Jaya", "Maju"]
        assert [title for _, title in world.crm.records.options(pia, "customer", "j")] == ["Maju s1"]

    def test_only_people_whose_account_is_open_can_be_chosen(self, world: World, ana: Actor) -> None:
        world.user("old", "agent")
        world.crm.accounts.disable("u-old")

        assert [user.name for user in world.crm.records.users(ana)] == ["ana", "pia"]

    def test_whoever_does_not_work_here_is_told_of_nobody_else(self, build: Callable[..., World]) -> None:
        roles = "roles: {agent: {}, partner: {}, guest: {outside: true}, visitor: {outside: true}}"
        world = build(roles, CUSTOMER)
        world.user("ana", "agent")

        found = [
            [user.name for user in world.crm.records.users(world.actor(name, *roles))]
            for name, roles in (("mia", ("guest", "visitor")), ("tom", ("guest", "agent")))
        ]

        assert found == [["mia"], ["ana", "mia", "tom"]]

    def test_of_a_record_that_is_gone_nothing_is_allowed(self, world: World) -> None:
        record = world.create("ticket", subject="gone")
        world.crm.records.delete(world.engine, "ticket", record.id, 1)

        allowed = world.crm.records.allowed(world.engine, record)

        assert (allowed.update, allowed.delete, allowed.moves) == (False, False, ())


class TestFilters:
    def test_several_conditions_hold_together(self, world: World, ana: Actor) -> None:
        assert subjects(world, ana, where=("amount > 10", "subject contains 'chair'")) == [CHAIR]

    def test_matching_takes_any_of_the_values_empty_included(self, world: World, ana: Actor) -> None:
        customer = world.rows("customer")[0]["id"]

        assert subjects(world, ana, matching={"customer": [customer, None]}) == [CHAIR, GLASS]

    def test_the_reader_stands_for_user(self, world: World, pia: Actor) -> None:
        assert subjects(world, pia, where=("owner = user",)) == [CHAIR, GLASS]

    def test_a_broken_condition_says_what_is_wrong(self, world: World, ana: Actor) -> None:
        with pytest.raises(ExpressionError, match="subject"):
            subjects(world, ana, where=("subjet = 'x'",))

    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ("BROKEN", [CHAIR, DESK]),
            ("lamp late", [LAMP]),
            ("%", [GLASS]),
            ("s_w", [GLASS]),
            ("  ", [CHAIR, DESK, LAMP, GLASS]),
            ("nothing", []),
        ],
    )
    def test_a_search_finds_every_word_as_it_is_typed(
        self, world: World, ana: Actor, typed: str, found: list[str]
    ) -> None:
        assert subjects(world, ana, search=typed) == found


class TestOrder:
    def test_empty_values_come_last_in_both_directions(self, world: World, ana: Actor) -> None:
        assert subjects(world, ana, sort=(Sort("amount"),)) == [DESK, CHAIR, LAMP, GLASS]
        assert subjects(world, ana, sort=(Sort("amount", descending=True),)) == [LAMP, CHAIR, DESK, GLASS]

    def test_a_count_stops_at_its_cap(self, world: World, ana: Actor) -> None:
        capped = world.crm.records.count(ana, ListRequest("ticket"), cap=3)
        exact = world.crm.records.count(ana, ListRequest("ticket"), cap=4)

        assert [(each.number, each.more) for each in (capped, exact)] == [(3, True), (4, False)]

    @pytest.mark.parametrize("descending", [False, True])
    def test_pages_show_each_record_once_while_others_are_entered(
        self, world: World, ana: Actor, descending: bool
    ) -> None:
        there = [f"page {n % 3} {n}" for n in range(10)]
        for n, subject in enumerate(there):
            world.create("ticket", subject=subject, amount=n % 3)
        request = ListRequest("ticket", sort=(Sort("amount", descending=descending),), limit=3)
        seen: list[str] = []
        after = None
        while True:
            page = world.crm.records.list(
                ana, ListRequest(request.entity, sort=request.sort, limit=3, after=after)
            )
            seen += [record.values["subject"] for record in page.records]
            world.create("ticket", subject="new", amount=1)
            after = page.next
            if after is None or len(seen) > 100:
                break

        before = [subject for subject in seen if subject != "new"]
        assert sorted(before) == sorted([*there, CHAIR, DESK, LAMP, GLASS])

    def test_a_cursor_belongs_to_its_list(self, world: World, ana: Actor) -> None:
        page = world.crm.records.list(ana, ListRequest("ticket", limit=1))

        with pytest.raises(BadCursor):
            subjects(world, ana, sort=(Sort("due"),), after=page.next)
