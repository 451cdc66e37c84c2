from __future__ import annotations

from pathlib import Path

from relasi.schema.expressions import Expression
from relasi.schema.model import Inbound, OnDelete, StateKind
from tests.schema.compiler.examples import model_of

ROOM = """\
# schema/room.yaml
entity: room
fields:
  guest: {type: link, to: guest, on_delete: cascade}
  about: {type: link, to: [visit, guest], on_delete: clear}
access:
  agent: {read: all, update: own, create: true, hide: [about]}
  manager: {read: guest.level = high, update: none}
"""


def test_an_entity_knows_the_links_that_point_to_it(tmp_path: Path) -> None:
    inbound = model_of(tmp_path, ROOM.replace("own", "none")).entities["guest"].inbound
    assert inbound == (
        Inbound("room", "guest", OnDelete.CASCADE),
        Inbound("room", "about", OnDelete.CLEAR),
        Inbound("visit", "guest", OnDelete.RESTRICT),
        Inbound("visit", "about", OnDelete.RESTRICT),
    )


def test_a_grant_is_a_yes_a_no_or_a_condition(tmp_path: Path) -> None:
    access = model_of(tmp_path, ROOM.replace("guest:", "owner: user\n  guest:", 1)).entities["room"].access
    agent, manager = access["agent"], access["manager"]
    assert (agent.read, agent.create, agent.delete, manager.update) == (True, True, False, False)
    assert [each.text for each in (agent.update, manager.read) if isinstance(each, Expression)] == [
        "owner = user",
        "guest.level = high",
    ]


def test_a_grant_says_which_fields_it_hides(tmp_path: Path) -> None:
    access = model_of(tmp_path, ROOM.replace("own", "none")).entities["room"].access
    assert {role: grant.hidden for role, grant in access.items()} == {
        "agent": {"about": True},
        "manager": {},
    }


def test_a_process_has_its_states_and_moves_in_order(tmp_path: Path) -> None:
    process = model_of(tmp_path, "").entities["visit"].process
    assert process is not None
    assert [(state.name, state.kind) for state in process.states.values()] == [
        ("planned", StateKind.OPEN),
        ("held", StateKind.DONE),
    ]
    assert [(move.sources, move.target, move.who) for move in process.variants[0].moves_from("planned")] == [
        (("planned",), "held", frozenset())
    ]


def test_the_title_is_the_first_text_field_where_none_is_written(tmp_path: Path) -> None:
    fields = "{kind: {type: choice, options: levels}, no: text, on: text}"
    source = f"# schema/room.yaml\nentity: room\nfields: {fields}\n"
    assert model_of(tmp_path, source).entities["room"].title.text == "{no}"


def test_the_title_is_the_id_where_there_is_no_text(tmp_path: Path) -> None:
    source = "# schema/room.yaml\nentity: room\nfields: {floor: number}\n"
    assert model_of(tmp_path, source).entities["room"].title.text == "{id}"


def test_without_a_form_every_field_stands_on_one(tmp_path: Path) -> None:
    form = model_of(tmp_path, ROOM.replace("own", "none")).entities["room"].form
    assert [(section.name, section.rows) for section in form] == [("all", (("guest",), ("about",)))]


def test_fields_in_a_list_of_their_own_stand_side_by_side(tmp_path: Path) -> None:
    form = model_of(tmp_path, "").entities["visit"].form
    assert form[0].rows == (("subject",), ("guest", "about"), ("happened_at",))


def test_without_lists_there_is_one_of_everything_the_newest_first(tmp_path: Path) -> None:
    lists = model_of(tmp_path, "").entities["guest"].lists
    assert list(lists) == ["all"]
    assert lists["all"].where is None
    assert [(sort.field, sort.descending) for sort in lists["all"].sort] == [("created_at", True)]


def test_search_looks_into_the_first_text_field_where_nothing_is_written(tmp_path: Path) -> None:
    assert model_of(tmp_path, "").entities["visit"].search == ("number",)
