"""How a project lies over its base."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.config.documents import Document, Home, home_of, identify
from relasi.config.layers import merge
from relasi.config.nodes import plain, span_at
from relasi.config.yaml_reader import read
from relasi.diagnostics import Diagnostic, Diagnostics, Span

BASE = """\
entity: visit
label: Visit
fields:
  subject: {type: text, max_length: 140}
  budget: money
  kind: {type: choice, options: [short, long]}
"""


def layer(name: str, files: dict[str, str], diagnostics: Diagnostics | None = None) -> list[Document]:
    """The documents of a layer; mistakes go into `diagnostics`, and there are none without it."""
    is_sound = diagnostics is None
    diagnostics = Diagnostics() if diagnostics is None else diagnostics
    documents = []
    for path, text in files.items():
        home = home_of(PurePosixPath(path))
        node = read(text, f"{name}:{path}", diagnostics)
        assert home is not None
        assert node is not None
        document = identify(node, home, name, diagnostics)
        assert document is not None
        documents.append(document)
    assert not is_sound or not list(diagnostics)
    return documents


def merged(
    below: dict[str, str], above: dict[str, str], *, complete: bool = True
) -> tuple[dict[str, Document], list[Diagnostic]]:
    """`complete`: the files are sound by themselves."""
    diagnostics = Diagnostics()
    upper = layer("project", above, None if complete else diagnostics)
    documents = merge([layer("base", below), upper], diagnostics)
    return {document.name: document for document in documents}, list(diagnostics)


def visit(overlay: str) -> Document:
    documents, found = merged({"schema/visit.yaml": BASE}, {"schema/visit.yaml": "extend: visit\n" + overlay})
    assert found == []
    return documents["visit"]


class TestOverlay:
    def test_changes_one_value_deep_inside(self) -> None:
        assert plain(visit("fields: {subject: {max_length: 60}}\n").root) == {
            "entity": "visit",
            "label": "Visit",
            "fields": {
                "subject": {"type": "text", "max_length": 60},
                "budget": "money",
                "kind": {"type": "choice", "options": ["short", "long"]},
            },
        }

    def test_new_keys_come_last_and_changed_ones_keep_their_place(self) -> None:
        root = plain(visit("fields: {notes: text, subject: {required: true}}\n").root)
        assert isinstance(root, dict)
        assert list(root["fields"]) == ["subject", "budget", "kind", "notes"]

    def test_a_list_replaces_a_list(self) -> None:
        root = plain(visit("fields: {kind: {options: [other]}}\n").root)
        assert isinstance(root, dict)
        assert root["fields"]["kind"] == {"type": "choice", "options": ["other"]}

    def test_a_map_replaces_a_value(self) -> None:
        root = plain(visit("fields: {budget: {type: money, required: true}}\n").root)
        assert isinstance(root, dict)
        assert root["fields"]["budget"] == {"type": "money", "required": True}

    def test_every_value_knows_its_file(self) -> None:
        root = visit("fields: {subject: {max_length: 60}}\n").root
        paths = (["fields", "subject", "max_length"], ["fields", "subject", "type"], ["label"])
        assert [span_at(root, path).file for path in paths] == [
            "project:schema/visit.yaml",
            "base:schema/visit.yaml",
            "base:schema/visit.yaml",
        ]

    def test_removes_by_path(self) -> None:
        root = plain(visit("remove: [fields.subject.max_length, fields.budget, label]\n").root)
        assert root == {
            "entity": "visit",
            "fields": {"subject": {"type": "text"}, "kind": {"type": "choice", "options": ["short", "long"]}},
        }

    def test_removes_before_it_writes(self) -> None:
        root = plain(visit("remove: [fields.subject]\nfields: {subject: {type: email}}\n").root)
        assert isinstance(root, dict)
        assert root["fields"]["subject"] == {"type": "email"}

    def test_leaves_the_base_as_it_was(self) -> None:
        base = layer("base", {"schema/visit.yaml": BASE})
        overlay = layer("project", {"schema/visit.yaml": "extend: visit\nremove: [fields.budget]\n"})
        before = plain(base[0].root)
        merge([base, overlay], Diagnostics())
        assert plain(base[0].root) == before

    def test_an_unknown_path_to_remove_gets_the_nearest(self) -> None:
        overlay = "extend: visit\nremove: [fields.subjct.max_length]\n"
        _, found = merged({"schema/visit.yaml": BASE}, {"schema/visit.yaml": overlay})
        assert [(item.code, item.span.line, item.suggestion) for item in found] == [
            ("unknown-path", 2, "fields.subject.max_length")
        ]

    def test_an_overlay_of_nothing_gets_the_nearest_name(self) -> None:
        _, found = merged({"schema/visit.yaml": BASE}, {"schema/visits.yaml": "extend: visits\n"})
        assert [(item.code, item.suggestion) for item in found] == [("nothing-to-extend", "visit")]

    def test_an_overlay_extends_its_own_kind_only(self) -> None:
        _, found = merged({"schema/visit.yaml": BASE}, {"workflows/visit.yaml": "extend: visit\n"})
        assert [(item.code, item.suggestion) for item in found] == [("nothing-to-extend", None)]

    def test_an_overlay_of_a_broken_file_is_passed_over(self) -> None:
        diagnostics = Diagnostics()
        overlay = layer("project", {"schema/visit.yaml": "extend: visit\n"})
        assert merge([[], overlay], diagnostics, broken={Home("entity", "visit")}) == ()
        assert not list(diagnostics)


class TestPlace:
    @pytest.mark.parametrize(
        ("where", "order"),
        [
            ("first", ["kind", "subject", "budget"]),
            ("last", ["subject", "budget", "kind"]),
            ("before budget", ["subject", "kind", "budget"]),
            ("after subject", ["subject", "kind", "budget"]),
        ],
    )
    def test_moves_a_key_within_its_map(self, where: str, order: list[str]) -> None:
        root = plain(visit(f"place: {{fields.kind: {where}}}\n").root)
        assert isinstance(root, dict)
        assert list(root["fields"]) == order

    def test_places_what_the_same_file_adds(self) -> None:
        root = plain(visit("place: {fields.notes: after subject}\nfields: {notes: text}\n").root)
        assert isinstance(root, dict)
        assert list(root["fields"]) == ["subject", "notes", "budget", "kind"]

    @pytest.mark.parametrize(
        ("place", "code", "suggestion"),
        [
            ("fields.budgt: first", "unknown-path", "fields.budget"),
            ("fields.budget: after subjct", "unknown-path", "subject"),
            ("fields.budget: behind subject", "bad-place", None),
            ("fields.budget: [first]", "bad-place", None),
        ],
    )
    def test_what_cannot_be_placed_is_an_error(self, place: str, code: str, suggestion: str | None) -> None:
        overlay = f"extend: visit\nplace: {{{place}}}\n"
        _, found = merged({"schema/visit.yaml": BASE}, {"schema/visit.yaml": overlay}, complete=False)
        assert [(item.code, item.suggestion) for item in found] == [(code, suggestion)]

    @given(st.permutations(["subject", "budget", "kind"]))
    def test_every_order_can_be_said(self, order: list[str]) -> None:
        places = ", ".join(f"fields.{name}: last" for name in order)
        root = plain(visit(f"place: {{{places}}}\n").root)
        assert isinstance(root, dict)
        assert list(root["fields"]) == order


class TestThreeLayers:
    """A template between the base and the project."""

    def test_the_uppermost_wins_and_a_second_change_shows_both_lines(self) -> None:
        found = three("extend: visit\nlabel: Viewing\n", "extend: visit\n\nlabel: Tour\n")
        assert [(item.severity, item.code, place(item.span)) for item in found] == [
            ("warning", "changed-twice", "project:schema/visit.yaml:3")
        ]
        assert [place(span) for span, _ in found[0].related] == ["template:schema/visit.yaml:2"]

    def test_writing_anew_what_the_template_takes_away_shows_both_lines(self) -> None:
        found = three(
            "extend: visit\nremove: [fields.budget]\n", "extend: visit\nfields: {budget: {required: true}}\n"
        )
        assert [(item.code, place(item.related[0][0])) for item in found] == [
            ("changed-twice", "template:schema/visit.yaml:2")
        ]

    def test_taking_away_what_the_template_takes_away_shows_both_lines(self) -> None:
        found = three("extend: visit\nremove: [label]\n", "extend: visit\nremove: [label]\n")
        assert [(item.code, place(item.related[0][0])) for item in found] == [
            ("unknown-path", "template:schema/visit.yaml:2")
        ]

    def test_changes_beside_each_other_are_no_conflict(self) -> None:
        found = three(
            "extend: visit\nfields: {subject: {max_length: 80}, age: number}\n",
            "extend: visit\nfields: {subject: {required: true}, age: {type: number, min: 0}}\n",
        )
        assert found == []

    def test_what_the_template_defines_is_changed_without_ado(self) -> None:
        diagnostics = Diagnostics()
        base = layer("base", {"schema/visit.yaml": BASE})
        template = layer("template", {"schema/house.yaml": "entity: house\nlabel: House\n"})
        project = layer("project", {"schema/house.yaml": "extend: house\nlabel: Home\n"})
        assert len(merge([base, template, project], diagnostics)) == 2
        assert list(diagnostics) == []


def three(template: str, project: str) -> list[Diagnostic]:
    diagnostics = Diagnostics()
    files = {"base": BASE, "template": template, "project": project}
    merge([layer(name, {"schema/visit.yaml": text}) for name, text in files.items()], diagnostics)
    return list(diagnostics)


def place(span: Span) -> str:
    return f"{span.file}:{span.line}"


class TestDefinitions:
    def test_an_upper_layer_adds_its_own(self) -> None:
        documents, found = merged({"schema/visit.yaml": BASE}, {"schema/call.yaml": "entity: call\n"})
        assert ({name: item.layer for name, item in documents.items()}, found) == (
            {"visit": "base", "call": "project"},
            [],
        )

    def test_the_same_again_in_an_upper_layer_is_refused_with_both_places(self) -> None:
        _, (found,) = merged({"schema/visit.yaml": BASE}, {"schema/visit.yaml": BASE})
        assert (found.code, found.span.file, found.related[0][0].file) == (
            "defined-below",
            "project:schema/visit.yaml",
            "base:schema/visit.yaml",
        )
        assert 'write "extend: visit" in place of this line' in found.help

    def test_the_same_twice_in_one_layer_is_refused_with_both_places(self) -> None:
        files = {"schema/a/visit.yaml": BASE, "schema/b/visit.yaml": BASE}
        _, (found,) = merged({}, files)
        assert (found.code, found.span.file, found.related[0][0].file) == (
            "defined-twice",
            "project:schema/b/visit.yaml",
            "project:schema/a/visit.yaml",
        )

    def test_one_name_may_serve_several_kinds(self) -> None:
        files = {
            "config/departments/sales.yaml": "department: sales\n",
            "schema/sales.yaml": "entity: sales\n",
        }
        assert merged({}, files)[1] == []


class TestCollections:
    base = "roles:\n  agent: {label: Agent}\n"

    def test_an_upper_layer_adds_keys(self) -> None:
        documents, found = merged(
            {"config/roles.yaml": self.base}, {"config/roles.yaml": "roles:\n  auditor: {label: Auditor}\n"}
        )
        assert plain(documents["roles"].root) == {
            "agent": {"label": "Agent"},
            "auditor": {"label": "Auditor"},
        }
        assert found == []

    def test_a_key_that_is_there_is_refused_with_both_places(self) -> None:
        _, (found,) = merged(
            {"config/roles.yaml": self.base}, {"config/roles.yaml": "roles:\n\n  agent: {}\n"}
        )
        assert (found.code, found.span.line, found.related[0][0].line) == ("defined-below", 3, 2)

    def test_an_overlay_changes_adds_and_removes(self) -> None:
        overlay = "extend: roles\nremove: [agent.label]\nagent: {everything: true}\nauditor: {}\n"
        documents, found = merged({"config/roles.yaml": self.base}, {"config/roles.yaml": overlay})
        assert plain(documents["roles"].root) == {"agent": {"everything": True}, "auditor": {}}
        assert found == []


class TestSettings:
    def test_the_projects_win_key_by_key(self) -> None:
        documents, found = merged(
            {"config/crm.yaml": "crm: 1\nname: Base\ncurrency: IDR\n"},
            {"config/crm.yaml": "crm: 1\nname: Mine\nbase: relasi\n"},
        )
        assert plain(documents["crm"].root) == {"crm": 1, "name": "Mine", "currency": "IDR", "base": "relasi"}
        assert found == []


trees = st.recursive(
    st.integers(0, 9), lambda inner: st.dictionaries(st.sampled_from("abc"), inner, min_size=1), max_leaves=8
)
maps = st.dictionaries(st.sampled_from("abc"), trees, min_size=1)


def settings(content: object) -> str:
    # JSON-like flow style is YAML as it stands.
    return f"crm: 1\nall: {str(content).replace(chr(39), chr(34))}\n"


def laid_over(below: object, above: object) -> object:
    if isinstance(below, dict) and isinstance(above, dict):
        return below | {
            key: laid_over(below[key], value) if key in below else value for key, value in above.items()
        }
    return above


@given(maps, maps)
def test_merging_documents_is_merging_their_values(below: object, above: object) -> None:
    documents, _ = merged({"config/crm.yaml": settings(below)}, {"config/crm.yaml": settings(above)})
    assert plain(documents["crm"].root) == {"crm": 1, "all": laid_over(below, above)}
