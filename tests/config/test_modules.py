"""Modules: parts of the content that a project may leave out."""

from __future__ import annotations

from pathlib import Path

import pytest

from relasi.config.documents import Home
from relasi.config.nodes import plain
from relasi.config.project import Project, load
from relasi.diagnostics import Diagnostics

FILES = {
    "config/modules.yaml": "modules:\n  selling:\n  repair:\n",
    "schema/guest.yaml": "entity: guest\nsearch: name\nfields: {name: text}\n",
    "schema/selling/offer.yaml": "entity: offer\nfields: {total: money}\n",
    "schema/selling/guest.yaml": "extend: guest\nadd: {search: [bought]}\nfields: {bought: number}\n",
    "schema/repair/offer.yaml": "extend: offer\nfields: {parts: number}\n",
    "schema/repair/guest.yaml": "extend: guest\nadd: {search: [broken]}\nfields: {broken: number}\n",
    "schema/any/room.yaml": "entity: room\nfields: {name: text}\n",
    "config/sample_data.yaml": "sample:\n  pools: {names: [Ayu]}\n",
    "config/sample_data/repair.yaml": "extend: sample\npools: {parts: [Pump]}\n",
}


@pytest.fixture
def loaded(tmp_path: Path) -> Project:
    return project(tmp_path, "modules: [repair]\n")


def project(root: Path, settings: str) -> Project:
    for name, text in {"config/crm.yaml": f"crm: 1\nname: Ours\n{settings}", **FILES}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    diagnostics = Diagnostics()
    found = load(root, diagnostics)
    assert list(diagnostics) == []
    return found


def written(project: Project, name: str) -> object:
    return next(plain(each.root) for each in project.documents if each.name == name)


def test_without_a_word_all_modules_are_on(tmp_path: Path) -> None:
    names = {each.name for each in project(tmp_path, "").documents}

    assert names == {"crm", "modules", "guest", "offer", "room", "sample"}


def test_what_is_switched_off_is_not_there(loaded: Project) -> None:
    assert "offer" not in {each.name for each in loaded.documents}


def test_what_is_switched_off_is_known_by_its_module(loaded: Project) -> None:
    assert loaded.absent == {Home("entity", "offer"): "selling"}


def test_a_module_changes_what_the_core_says(loaded: Project) -> None:
    assert written(loaded, "guest") == {
        "entity": "guest",
        "search": ["name", "broken"],
        "fields": {"name": "text", "broken": "number"},
    }


def test_modules_lie_over_one_another_in_their_order(tmp_path: Path) -> None:
    guest = written(project(tmp_path, ""), "guest")

    assert isinstance(guest, dict)
    assert guest["search"] == ["name", "bought", "broken"]


def test_a_module_changes_what_an_earlier_one_defines(tmp_path: Path) -> None:
    offer = written(project(tmp_path, ""), "offer")

    assert offer == {"entity": "offer", "fields": {"total": "money", "parts": "number"}}


def test_a_module_has_a_file_in_the_folder_of_a_collection(loaded: Project) -> None:
    assert written(loaded, "sample") == {"pools": {"names": ["Ayu"], "parts": ["Pump"]}}


def test_a_folder_that_is_no_module_only_brings_order(loaded: Project) -> None:
    assert written(loaded, "room") == {"entity": "room", "fields": {"name": "text"}}


def test_values_of_a_module_tell_that_they_come_from_it(loaded: Project) -> None:
    guest = next(each for each in loaded.documents if each.name == "guest")

    assert guest.layer == "project"
    assert guest.place(["fields", "broken"]) == "schema/repair/guest.yaml:3"
