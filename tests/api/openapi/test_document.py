"""The description of the API: what the owner of the key may do, no more and no less, in the owner's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.api.program import Program
from tests.records.world import World

INVOICE = "/api/records/invoice"


def document(program: Program) -> Any:  # Any: JSON
    return program.get("/openapi.json")


def methods(document: Any, path: str) -> set[str]:  # Any: JSON
    return set(document["paths"].get(path, {}))


def refs(node: Any) -> set[str]:  # Any: JSON
    if isinstance(node, dict):
        own = {node["$ref"]} if "$ref" in node else set()
        return own.union(*map(refs, node.values()))
    return set().union(*map(refs, node)) if isinstance(node, list) else set()


def test_all_that_the_person_may_do_is_described(clerk: Program) -> None:
    told = document(clerk)

    assert methods(told, INVOICE) == {"get", "post"}
    assert methods(told, f"{INVOICE}/{{id}}") == {"get", "patch", "delete"}
    assert methods(told, "/api/records/payer") == {"get"}
    assert methods(told, "/api/batch") == {"post"}


def test_an_entity_that_may_not_be_entered_is_named_nowhere(clerk: Program) -> None:
    assert "vault" not in str(document(clerk))


def test_a_hidden_field_is_named_nowhere(clerk: Program, program: Callable[..., Program]) -> None:
    assert "margin" not in str(document(clerk))
    assert "margin" in str(document(program("chief", name="rina")))


def test_the_scopes_of_the_key_narrow_the_description(program: Callable[..., Program]) -> None:
    told = document(program("chief", "invoice:read"))

    assert methods(told, INVOICE) == {"get"}
    assert methods(told, "/api/batch") == set()
    assert not [path for path in told["paths"] if "payer" in path]


def test_only_moves_for_the_person_are_described(clerk: Program, program: Callable[..., Program]) -> None:
    def moves(program: Program) -> list[str]:
        call = document(program)["paths"][f"{INVOICE}/{{id}}/moves/{{move}}"]["post"]
        (found,) = [each["schema"]["enum"] for each in call["parameters"] if each["name"] == "move"]
        return list(found)

    assert moves(clerk) == ["pay"]
    assert moves(program("chief", name="rina")) == ["pay", "reopen"]


def test_fields_that_nobody_enters_are_read_and_not_written(clerk: Program) -> None:
    schemas = document(clerk)["components"]["schemas"]
    read, written = (
        set(schemas["invoice"]["properties"]["fields"]["properties"]),
        set(schemas["invoice.fields"]["properties"]),
    )

    assert read - written == {
        *("number", "state", "state_since"),
        *("created_at", "updated_at", "created_by", "updated_by"),
    }
    assert schemas["invoice.first"]["required"] == ["subject"]


def test_it_speaks_the_labels_of_the_project_in_the_language_of_the_owner(
    clerk: Program, world: World
) -> None:
    with world.crm.store.session() as session:
        session.users.set_language(world.user("ani"), "id")
    told = document(clerk)

    assert told["tags"][0] == {"name": "invoice", "description": "Faktur"}
    assert told["paths"][INVOICE]["get"]["summary"] == "Daftar: Faktur"
    subject = told["components"]["schemas"]["invoice.fields"]["properties"]["subject"]
    assert subject["description"] == "Untuk apa.\nPaling banyak 60 karakter"


def test_everything_that_is_referred_to_is_there(clerk: Program) -> None:
    told = document(clerk)
    known = {f"#/components/schemas/{name}" for name in told["components"]["schemas"]}

    assert refs(told) - known == set()
