"""What is found by typing: by parts of a record, by parts of what it links to, and by the whole of what is
shown in part only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from relasi.records import Actor, Choosing, ListRequest
from tests.records.world import World

ROLES = """
roles:
  till: {}
  office: {}
  stranger: {}
  counter: {}
"""
PERSON = """
entity: person
title: "{name}"
search: [name, phone, mail]
fields:
  name: text
  phone: phone
  mail: email
access:
  till: {read: all, mask: {phone: {show: last 4, searchable: exact}, mail: domain}}
  counter: {read: all, mask: {phone: last 4, mail: domain}}
  office: {read: all}
  stranger: {read: false}
"""
WARE = """
entity: ware
title: "{name}"
search: [name, code]
fields:
  name: text
  code: {type: text, unique: true}
  supplier: text
access:
  till: {read: all, hide: [supplier]}
  office: {read: all}
"""
SALE = """
entity: sale
title: "{ware.name}"
search: [remark, ware.name, ware.code, ware.supplier, buyer.name, above.ware.name]
fields:
  remark: text
  ware: {type: link, to: ware}
  buyer: {type: link, to: person}
  above: {type: link, to: sale}
access:
  till: {read: all}
  office: {read: all}
  stranger: {read: all}
"""
BACK = """
entity: back
title: "{id}"
fields:
  above: {type: link, to: sale}
  sale: {type: link, to: sale, where: above = record.above}
access: {till: {read: all, create: true}}
"""
WHOLE = "0812-3456-7890"


@pytest.fixture
def world(build: Callable[..., World]) -> World:
    return build(ROLES, PERSON, WARE, SALE, BACK)


@pytest.fixture
def till(world: World) -> Actor:
    return world.actor("tari", "till")


@pytest.fixture
def office(world: World) -> Actor:
    return world.actor("ira", "office")


def found(world: World, actor: Actor, entity: str, text: str) -> list[Any]:
    """The ids, in the order in which the records were made."""
    page = world.crm.records.list(actor, ListRequest(entity, search=text))
    assert world.crm.records.count(actor, ListRequest(entity, search=text)).number == len(page.records)
    return [record.id for record in page.records]


def offered(world: World, actor: Actor, entity: str, text: str, **how: Any) -> list[str]:
    return [key for key, _ in world.crm.records.options(actor, entity, text, **how)]


class TestLinked:
    @pytest.fixture
    def sale(self, world: World) -> str:
        shirt = world.create("ware", name="Red shirt", code="S-1", supplier="Jaya")
        world.create("sale", ware=world.create("ware", name="Hat", code="H-1").id, remark="red")
        return world.create("sale", ware=shirt.id, remark="gift").id

    @pytest.mark.parametrize("text", ["shirt", "S-1", "gift SHIRT", "shirt gift"])
    def test_a_record_is_found_by_what_it_links_to(
        self, world: World, till: Actor, sale: str, text: str
    ) -> None:
        assert found(world, till, "sale", text) == [sale]

    def test_each_word_may_stand_in_another_record(self, world: World, till: Actor, sale: str) -> None:
        assert found(world, till, "sale", "gift hat") == []

    def test_a_link_may_lead_to_records_of_the_same_kind(self, world: World, till: Actor, sale: str) -> None:
        below = world.create("sale", above=sale)

        assert found(world, till, "sale", "shirt") == [sale, below.id]

    def test_nothing_is_found_by_what_is_hidden_there(
        self, world: World, till: Actor, office: Actor, sale: str
    ) -> None:
        assert found(world, office, "sale", "jaya") == [sale]
        assert found(world, till, "sale", "jaya") == []

    def test_nothing_is_found_by_records_that_may_not_be_read(self, world: World) -> None:
        stranger = world.actor("eve", "stranger")
        world.create("sale", buyer=world.create("person", name="Sita").id, remark="x")

        assert found(world, stranger, "sale", "sita") == []

    def test_what_can_be_chosen_is_found_among_what_suits(self, world: World, till: Actor, sale: str) -> None:
        below = world.create("sale", ware=world.values("sale", sale)["ware"], above=sale)
        chosen = Choosing("back", "sale", {"above": sale})

        assert offered(world, till, "sale", "shirt", chosen=chosen) == [below.id]


class TestMasked:
    @pytest.fixture
    def sita(self, world: World) -> str:
        world.create("person", name="Budi", phone="0812-3456-7891", mail="budi@surat.example")
        return world.create("person", name="Sita", phone=WHOLE, mail="sita@surat.example").id

    @pytest.mark.parametrize("text", [WHOLE, "+62 812 3456 7890", "081234567890"])
    def test_who_knows_the_whole_value_finds_the_record_and_sees_no_more(
        self, world: World, till: Actor, sita: str, text: str
    ) -> None:
        assert found(world, till, "person", text) == [sita]
        assert world.crm.records.get(till, "person", sita).values["phone"] == "•••7890"

    @pytest.mark.parametrize("text", ["7890", "0812-3456-789", "0812", "+62"])
    def test_a_part_finds_nothing(self, world: World, till: Actor, sita: str, text: str) -> None:
        assert found(world, till, "person", text) == []

    def test_it_can_be_chosen_by_the_whole_value(self, world: World, till: Actor, sita: str) -> None:
        assert offered(world, till, "person", WHOLE) == [sita]

    def test_what_is_not_said_to_be_searchable_is_not_found(
        self, world: World, till: Actor, sita: str
    ) -> None:
        assert found(world, till, "person", "sita@surat.example") == []

    def test_another_role_that_may_not_takes_it_away(self, world: World, sita: str) -> None:
        both = world.actor("dodi", "till", "counter")

        assert found(world, both, "person", WHOLE) == []

    def test_who_sees_all_of_it_finds_parts(self, world: World, office: Actor, sita: str) -> None:
        assert found(world, office, "person", "34567890") == [sita]

    def test_no_filter_or_order_goes_by_it(self, world: World, till: Actor, sita: str) -> None:
        assert "phone" in world.crm.records.rights(till, "person").secret


class TestOrder:
    def test_what_is_called_just_so_comes_before_what_is_newer(self, world: World, till: Actor) -> None:
        exact = world.create("ware", name="Shirt", code="899-1").id
        longer = [world.create("ware", name="Shirt", code=f"899-1{n}").id for n in range(9)]

        assert offered(world, till, "ware", "899-1", limit=3) == [exact, longer[8], longer[7]]

    def test_capital_letters_do_not_matter(self, world: World, till: Actor) -> None:
        exact = world.create("ware", name="Shirt", code="AB-1").id
        world.create("ware", name="Shirt", code="AB-12")

        assert offered(world, till, "ware", "ab-1")[0] == exact
