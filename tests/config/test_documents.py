"""What a file may define is told by where it stands."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from relasi.config.documents import Document, Home, home_of, identify
from relasi.config.nodes import plain
from relasi.config.yaml_reader import read
from relasi.diagnostics import Diagnostic, Diagnostics


def identified(text: str, path: str) -> tuple[Document | None, list[Diagnostic]]:
    diagnostics = Diagnostics()
    node = read(text, path, diagnostics)
    home = home_of(PurePosixPath(path))
    assert node is not None
    assert home is not None
    return identify(node, home, "project", diagnostics), list(diagnostics)


def document(text: str, path: str) -> Document:
    made, found = identified(text, path)
    assert found == []
    assert made is not None
    return made


def refusal(text: str, path: str) -> Diagnostic:
    made, found = identified(text, path)
    assert made is None
    assert len(found) == 1
    return found[0]


class TestHome:
    @pytest.mark.parametrize(
        ("path", "kind", "name"),
        [
            ("schema/visit.yaml", "entity", "visit"),
            ("schema/service/visit.yml", "entity", "visit"),
            ("workflows/a/b/remind.yaml", "workflow", "remind"),
            ("config/departments/sales.yaml", "department", "sales"),
            ("config/platforms/local.yaml", "platform", "local"),
            ("config/crm.yaml", "crm", "crm"),
            ("config/roles.yml", "roles", "roles"),
            ("config/value_lists.yaml", "value_lists", "value_lists"),
            ("config/sample_data.yaml", "sample", "sample"),
        ],
    )
    def test_a_path_tells_kind_and_name(self, path: str, kind: str, name: str) -> None:
        assert home_of(PurePosixPath(path)) == Home(kind, name)

    @pytest.mark.parametrize(
        "path", ["visit.yaml", "config/role.yaml", "schemas/x.yaml", "config/x/roles.yaml"]
    )
    def test_elsewhere_nothing_is_read(self, path: str) -> None:
        assert home_of(PurePosixPath(path)) is None


class TestDefinitions:
    def test_a_named_definition_keeps_its_head(self) -> None:
        made = document("entity: visit\nlabel: Visit\n", "schema/visit.yaml")
        assert (made.home, made.file, plain(made.root)) == (
            Home("entity", "visit"),
            "schema/visit.yaml",
            {"entity": "visit", "label": "Visit"},
        )

    def test_the_settings_are_all_keys_of_their_file(self) -> None:
        assert plain(document("crm: 1\nname: X\n", "config/crm.yaml").root) == {"crm": 1, "name": "X"}

    def test_a_collection_is_what_stands_below_its_head(self) -> None:
        assert plain(document("roles:\n  a: {}\n", "config/roles.yaml").root) == {"a": {}}

    def test_a_collection_may_be_empty(self) -> None:
        assert plain(document("roles:\n", "config/roles.yaml").root) == {}

    def test_an_overlay_is_what_it_changes_and_removes(self) -> None:
        made = document("extend: visit\nremove: [fields.a]\nlabel: V\n", "schema/visit.yaml")
        assert made.is_overlay
        assert plain(made.root) == {"label": "V"}
        assert [path.text for path in made.removals] == ["fields.a"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "path", "code"),
        [
            ("- a\n", "schema/visit.yaml", "not-a-map"),
            ("entity\n", "schema/visit.yaml", "not-a-map"),
            ("{}\n", "schema/visit.yaml", "not-a-map"),
            ("roles: [a]\n", "config/roles.yaml", "not-a-map"),
            ("roles: x\n", "config/roles.yaml", "not-a-map"),
            ("entity: visits\n", "schema/visit.yaml", "wrong-name"),
            ("entity:\n", "schema/visit.yaml", "wrong-name"),
            ("entity: {a: 1}\n", "schema/visit.yaml", "wrong-name"),
            ("entity: 12\n", "schema/12.yaml", "wrong-name"),
            ("extend: call\n", "schema/visit.yaml", "wrong-name"),
            ("extend: role\n", "config/roles.yaml", "wrong-name"),
            ("label: Visit\n", "schema/visit.yaml", "wrong-head"),
        ],
    )
    def test_what_does_not_fit_its_place(self, text: str, path: str, code: str) -> None:
        assert refusal(text, path).code == code

    def test_a_misspelt_head_gets_the_right_word(self) -> None:
        found = refusal("entty: visit\n", "schema/visit.yaml")
        assert (found.message, found.suggestion) == (
            'what stands in schema/ begins with "entity: visit", not with "entty"',
            "entity",
        )

    def test_a_head_that_is_not_first_is_to_be_moved(self) -> None:
        assert (
            refusal("label: V\nentity: visit\n", "schema/visit.yaml").help
            == 'move the line "entity:" to the top'
        )

    def test_a_file_without_a_head_gets_one(self) -> None:
        assert (
            refusal("fields: {size: number}\n", "schema/visit.yaml").help
            == 'put "entity: visit" above it, or "extend: visit" to change what is there'
        )

    def test_a_file_under_no_name_is_to_be_renamed(self) -> None:
        assert refusal("entity: visit\n", "schema/A visit.yaml").help == "rename the file to visit.yaml"

    def test_a_file_in_the_wrong_folder_is_to_be_moved(self) -> None:
        found = refusal("workflow: remind\n", "schema/remind.yaml")
        assert found.help == 'move the file: what begins with "workflow" belongs in workflows/'

    def test_a_name_unlike_the_files_is_mended_in_either(self) -> None:
        found = refusal("entity: visits\n", "schema/visit.yaml")
        assert (found.message, found.help) == (
            'the name of this file is "visit", but its first line says "visits"',
            'write "entity: visit", or rename the file',
        )

    def test_a_key_beside_a_collection_is_to_be_indented(self) -> None:
        _, found = identified("roles:\n  a: {}\nb: {}\n", "config/roles.yaml")
        assert [(item.code, item.span.line, item.help) for item in found] == [
            ("outdented-key", 3, 'indent "b"')
        ]

    @pytest.mark.parametrize("removal", ["fields.a", "[{a: b}]", "[[a]]", "['']", ""])
    def test_a_removal_is_a_list_of_paths(self, removal: str) -> None:
        _, found = identified(f"extend: visit\nremove: {removal}\n", "schema/visit.yaml")
        assert [item.code for item in found] == ["bad-removal"]
