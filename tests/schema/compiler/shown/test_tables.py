"""Tables on forms, and the entities of pairs that Relasi makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from relasi.deploy import Stamp, apply, make_plan
from relasi.deploy.changes import AddIndex, CreateTable, RemoveTable, RenameColumn, RenameTable
from relasi.platform.sql.database import Database
from relasi.schema.model import Entity, OnDelete
from tests.builders import NOW
from tests.schema.compiler.examples import model_of

SETTINGS = """
# config/roles.yaml
roles: {agent: , boss: , guest: }
"""
DEAL = """
# schema/deal.yaml
entity: deal
label: Deal
fields:
  name: text
  owner: user
  stage: {type: choice, options: [open, owner]}
  company: {type: link, to: company}
  lines:
    type: rows
    of: line.deal
    columns: [price, what]
    totals: [price]
    order_by: place
    visible_when: name = "x"
  plain: {type: rows, of: line.deal}
  people: {type: many, to: person, label: People}
form:
  main: {fields: [name, lines]}
  more: {fields: [plain]}
access:
  agent: {read: all, update: own}
  boss: {read: company.owner = user and record.name != "name", update: all, delete: all}
  guest: {read: stage = "owner", update: false}
"""
REST = """
# schema/line.yaml
entity: line
fields:
  deal: {type: link, to: deal, on_delete: cascade}
  what: {type: text, required: true}
  price: money
  place: number

# schema/person.yaml
entity: person
fields: {name: text, deals: {type: many, to: deal, through: deal_people}}

# schema/company.yaml
entity: company
fields: {name: text, owner: user}
"""


@pytest.fixture(scope="module")
def entities(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Entity]:
    return dict(model_of(tmp_path_factory.mktemp("deals"), SETTINGS + DEAL + REST).entities)


class TestRows:
    def test_a_table_names_its_rows_and_how_they_are_shown(self, entities: dict[str, Entity]) -> None:
        table = entities["deal"].tables["lines"]
        assert (table.entity, table.link, table.other) == ("line", "deal", None)
        assert (table.columns, table.totals, table.order_by) == (("price", "what"), ("price",), "place")
        assert table.visible_when is not None

    def test_without_columns_it_has_all_that_the_author_gave_the_rows(
        self, entities: dict[str, Entity]
    ) -> None:
        assert entities["deal"].tables["plain"].columns == ("what", "price", "place")

    def test_nothing_is_kept_of_it(self, entities: dict[str, Entity]) -> None:
        assert not {"lines", "plain", "people"} & entities["deal"].fields.keys()

    def test_it_stands_in_a_section_of_the_form(self, entities: dict[str, Entity]) -> None:
        assert [(each.rows, each.tables) for each in entities["deal"].form] == [
            ((("name",),), ("lines",)),
            ((), ("plain",)),
        ]

    def test_and_on_the_form_that_nobody_wrote(self, entities: dict[str, Entity]) -> None:
        assert [each.tables for each in entities["person"].form] == [("deals",)]


class TestPairs:
    def test_an_entity_is_made_for_them(self, entities: dict[str, Entity]) -> None:
        pairs = entities["deal_people"]
        links = [(each.name, each.links_to, each.type.required) for each in pairs.own_fields]
        assert links == [("deal", ("deal",), True), ("person", ("person",), True)]
        assert pairs.label["en"] == "People"

    def test_a_pair_goes_with_either_side(self, entities: dict[str, Entity]) -> None:
        for side in ("deal", "person"):
            inbound = next(each for each in entities[side].inbound if each.entity == "deal_people")
            assert inbound.on_delete is OnDelete.CASCADE

    def test_each_is_there_once(self, entities: dict[str, Entity]) -> None:
        assert entities["deal_people"].unique_together == (("deal", "person"),)

    def test_both_sides_see_them(self, entities: dict[str, Entity]) -> None:
        here, there = entities["deal"].tables["people"], entities["person"].tables["deals"]
        assert (here.link, here.other, here.columns) == ("deal", "person", ("person",))
        assert (there.link, there.other, there.columns) == ("person", "deal", ("deal",))

    @pytest.mark.parametrize(
        ("role", "right", "condition"),
        [
            ("agent", "read", True),
            ("agent", "update", "deal.owner = user"),
            ("agent", "delete", "deal.owner = user"),
            ("boss", "read", 'deal.company.owner = user and deal.name != "name"'),
            ("boss", "delete", True),
            ("guest", "read", 'deal.stage = "owner"'),
            ("guest", "update", False),
        ],
    )
    def test_they_have_the_rights_of_the_record_that_declares_them(
        self, entities: dict[str, Entity], role: str, right: str, condition: str | bool
    ) -> None:
        found = getattr(entities["deal_people"].access[role], right)
        assert (found if isinstance(found, bool) else found.text) == condition

    def test_whoever_may_change_no_record_makes_no_pair(self, entities: dict[str, Entity]) -> None:
        access = entities["deal_people"].access
        assert [access[role].create for role in ("agent", "boss", "guest")] == [True, True, False]


class TestPlan:
    @pytest.fixture
    def database(self, tmp_path: Path) -> Database:
        return Database.at(tmp_path / "crm.sqlite")

    def plan(self, tmp_path: Path, database: Database, deal: str, rest: str = REST) -> list[object]:
        """What a plan would do to the tables of pairs; it is applied."""
        model = model_of(tmp_path, SETTINGS + deal + rest)
        plan = make_plan(model, database, now=NOW)
        apply(plan, model, database, Stamp(tmp_path.name, NOW))
        return [each for each in plan.changes if not isinstance(each, AddIndex) and "deal_" in each.table]

    def test_pairs_get_a_table(self, tmp_path: Path, database: Database) -> None:
        assert self.plan(tmp_path, database, DEAL) == [CreateTable("deal_people", fields=2)]

    def test_it_is_renamed_with_the_field(self, tmp_path: Path, database: Database) -> None:
        self.plan(tmp_path / "a", database, DEAL)
        renamed = DEAL.replace("people: {type: many,", "contacts: {type: many, was: people,")
        rest = REST.replace("deal_people", "deal_contacts")

        found = self.plan(tmp_path / "b", database, renamed, rest)
        assert found == [RenameTable("deal_contacts", "deal_people", 0)]

    def test_and_with_the_entity(self, tmp_path: Path, database: Database) -> None:
        self.plan(tmp_path / "a", database, DEAL)
        renamed = DEAL.replace("entity: deal", "entity: chance\nwas: deal").replace(
            "deal.yaml", "chance.yaml"
        )
        rest = REST.replace("to: deal", "to: chance").replace("deal_people", "chance_people")
        model = model_of(tmp_path / "b", SETTINGS + renamed + rest)

        changes = make_plan(model, database, now=NOW).changes
        assert RenameTable("chance_people", "deal_people", 0) in changes
        assert RenameColumn("chance_people", "chance", "deal", 0) in changes

    def test_it_goes_with_the_field(self, tmp_path: Path, database: Database) -> None:
        self.plan(tmp_path / "a", database, DEAL)
        without = DEAL.replace("  people: {type: many, to: person, label: People}\n", "")
        rest = REST.replace(", deals: {type: many, to: deal, through: deal_people}", "")

        assert self.plan(tmp_path / "b", database, without, rest) == [
            RemoveTable("deal_people", 0, until="2026-12-21")
        ]

    def test_child_rows_need_nothing_new(self, tmp_path: Path, database: Database) -> None:
        line = "  plain: {type: rows, of: line.deal}\n"
        self.plan(
            tmp_path / "a", database, DEAL.replace(line, "").replace("fields: [plain]", "fields: [owner]")
        )
        model = model_of(tmp_path / "b", SETTINGS + DEAL + REST)

        assert make_plan(model, database, now=NOW).is_empty
