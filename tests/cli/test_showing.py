"""`relasi show` prints what the layers add up to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Relasi


@pytest.fixture
def extended(project: Path) -> Path:
    (project / "schema" / "contact.yaml").write_text("extend: contact\nfields:\n  name: {max_length: 80}\n")
    return project


def test_the_merged_values_come_with_their_places(relasi: Relasi, extended: Path) -> None:
    shown = relasi("show", "contact.fields.name", "--origin").out.splitlines()

    assert shown[0] == "name:"
    assert [line.split() for line in shown[1:3]] == [
        ["type:", "text", "#", "relasi:schema/contact.yaml:12"],
        ["label:"],
    ]
    (changed,) = [line for line in shown if "max_length" in line]
    assert changed.split() == ["max_length:", "80", "#", "schema/contact.yaml:3"]
    assert len({line.index("#") for line in shown if "#" in line}) == 1


def test_without_origin_it_is_plain_yaml(relasi: Relasi, extended: Path) -> None:
    assert "#" not in relasi("show", "contact.fields.name").out


def test_the_same_comes_as_data(relasi: Relasi, extended: Path) -> None:
    assert relasi("show", "contact.fields.name.max_length", "--json").data == 80
    assert relasi("show", "contact.fields.name.max_length", "--origin", "--json").data == [
        {"path": "fields.name.max_length", "value": 80, "file": "schema/contact.yaml", "line": 3}
    ]


def test_without_a_path_everything_is_listed(relasi: Relasi, extended: Path) -> None:
    assert "complaint_closed" in relasi("show").out
    listed = relasi("show", "--json").data
    assert {
        "kind": "entity",
        "name": "contact",
        "layer": "relasi",
        "file": "relasi:schema/contact.yaml",
    } in listed


def test_an_unknown_path_gets_the_nearest(relasi: Relasi, project: Path) -> None:
    answer = relasi("show", "contact.fields.nmae")
    assert (answer.code, answer.err) == (
        2,
        "relasi: There is no contact.fields.nmae. Is contact.fields.name meant?\n",
    )


def test_a_project_with_mistakes_is_shown_as_far_as_it_can_be_read(relasi: Relasi, extended: Path) -> None:
    (extended / "schema" / "customer.yaml").write_text("extend: customer\nfields: [\n")
    assert relasi("show", "contact.fields.name.max_length", "--json").data == 80
    assert relasi("show", "customer", "--json").code == 0
