from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from relasi.config.documents import Home
from relasi.definitions import compile_project
from relasi.schema.model import Model
from relasi.studio.completion import suggestions

PROJECT = {
    "config/crm.yaml": "crm: 1\nname: Shop\nlanguages: [en]\n",
    "config/roles.yaml": "roles:\n  boss: {everything: true}\n  clerk:\n",
    "config/platforms/local.yaml": "platform: local\nkind: sqlite\nfile: data/shop.db\n",
    "schema/thing.yaml": "entity: thing\nfields:\n  name: text\n  price: money\n"
    "  maker: {type: link, to: firm}\n",
    "schema/firm.yaml": "entity: firm\nfields:\n  town: text\n",
}
THING = Home("entity", "thing")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    root = tmp_path_factory.mktemp("shop")
    for name, text in PROJECT.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    found, diagnostics, _ = compile_project(Path(root))
    assert found is not None, [str(each) for each in diagnostics]
    return found


@cache
def _offset(text: str) -> int:
    return text.index("|")


def offered(text: str, model: Model | None, home: Home = THING) -> list[str]:
    found = suggestions(text.replace("|", ""), _offset(text), home, model, "en")
    return [each.text for each in found]


def test_the_keys_of_a_document(model: Model) -> None:
    assert {"label", "lists"} <= set(offered("entity: thing\nl|", model))


def test_what_begins_like_the_word_comes_first(model: Model) -> None:
    assert offered("entity: thing\nlis|", model)[0] == "lists"


def test_the_keys_of_the_type_that_is_named(model: Model) -> None:
    text = offered("entity: thing\nfields:\n  a: {type: text, max|}", model)
    money = offered("entity: thing\nfields:\n  a: {type: money, max_l|}", model)
    assert ("max_length" in text, "max_length" in money) == (True, False)


def test_types_of_fields(model: Model) -> None:
    assert "money" in offered("entity: thing\nfields:\n  a: {type: mo|", model)
    assert "money" in offered("entity: thing\nfields:\n  a: mo|", model)


def test_entities_that_a_link_leads_to(model: Model) -> None:
    assert offered("entity: thing\nfields:\n  a: {type: link, to: fi|", model) == ["firm"]


def test_fields_in_a_list(model: Model) -> None:
    found = offered("entity: thing\nlists:\n  all:\n    columns: [name, pr|", model)
    assert found == ["price"]


def test_fields_behind_a_link(model: Model) -> None:
    assert offered("entity: thing\nfields:\n  a: {type: text, visible_when: maker.to|", model) == [
        "maker.town"
    ]


def test_roles_below_access(model: Model) -> None:
    assert offered("entity: thing\naccess:\n  cl|", model) == ["clerk"]


def test_what_an_overlay_may_say(model: Model) -> None:
    assert "remove" in offered("extend: thing\nrem|", model)


def test_keys_are_known_without_a_model() -> None:
    assert "lists" in offered("entity: thing\nlis|", None)
