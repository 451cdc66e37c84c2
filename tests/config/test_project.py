"""A folder becomes a project: real files, real links, real damage."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from relasi.config.documents import Home
from relasi.config.nodes import plain, span_at
from relasi.config.project import Project, base_content, load
from relasi.config.text import MAX_SIZE
from relasi.diagnostics import Diagnostic, Diagnostics, render

CRM = "crm: 1\nname: Mine\n"
ON_BASE = CRM + "base: relasi\n"


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def loaded(root: Path, *, base: Path | None = None) -> tuple[Project, list[Diagnostic]]:
    diagnostics = Diagnostics()
    project = load(root, diagnostics, base=base)
    return project, list(diagnostics)


def codes(root: Path) -> list[tuple[str, str]]:
    return [(found.code, found.span.file) for found in loaded(root)[1]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "mine", {"config/crm.yaml": CRM})


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write(
        tmp_path / "base",
        {"config/crm.yaml": "crm: 1\nname: Base\n", "schema/visit.yaml": "entity: visit\nlabel: Visit\n"},
    )


class TestFiles:
    def test_each_file_becomes_a_document(self, root: Path) -> None:
        write(
            root,
            {
                "config/roles.yaml": "roles: {}\n",
                "config/value_lists.yml": "value_lists: {}\n",
                "config/sample_data.yaml": "sample: {}\n",
                "config/departments/sales.yaml": "department: sales\n",
                "config/platforms/local.yaml": "platform: local\n",
                "schema/visit.yaml": "entity: visit\n",
                "schema/service/call.yml": "entity: call\n",
                "workflows/sales/remind.yaml": "workflow: remind\n",
            },
        )
        project, found = loaded(root)
        assert found == []
        assert {(document.kind, document.name, document.file) for document in project.documents} == {
            ("crm", "crm", "config/crm.yaml"),
            ("roles", "roles", "config/roles.yaml"),
            ("value_lists", "value_lists", "config/value_lists.yml"),
            ("sample", "sample", "config/sample_data.yaml"),
            ("department", "sales", "config/departments/sales.yaml"),
            ("platform", "local", "config/platforms/local.yaml"),
            ("entity", "visit", "schema/visit.yaml"),
            ("entity", "call", "schema/service/call.yml"),
            ("workflow", "remind", "workflows/sales/remind.yaml"),
        }

    def test_hidden_and_other_files_are_left_alone(self, root: Path) -> None:
        write(
            root, {"schema/.#visit.yaml": "", "schema/.git/x.yaml": "", "schema/notes.md": "", "x.yaml": "]"}
        )
        assert codes(root) == []

    def test_an_unknown_file_in_config_gets_the_nearest_name(self, root: Path) -> None:
        write(root, {"config/role.yaml": "roles: {}\n"})
        (found,) = loaded(root)[1]
        assert (found.code, found.span.file, found.suggestion) == (
            "unknown-file",
            "config/role.yaml",
            "roles.yaml",
        )

    def test_a_folder_whose_name_is_slightly_wrong_is_a_warning(self, root: Path) -> None:
        write(
            root, {"schemas/visit.yaml": "entity: visit\n", "config/department/x.yaml": "", "docs/x.yaml": ""}
        )
        found = loaded(root)[1]
        assert [(item.severity, item.span.file, item.suggestion) for item in found] == [
            ("warning", "config/department", "departments"),
            ("warning", "schemas", "schema"),
        ]

    def test_mistakes_in_several_files_are_all_found(self, root: Path) -> None:
        write(
            root,
            {"schema/a.yaml": "entity: a\nx: [\n", "schema/b.yaml": "entty: b\n", "workflows/c.yaml": ""},
        )
        assert codes(root) == [
            ("unclosed-bracket", "schema/a.yaml"),
            ("wrong-head", "schema/b.yaml"),
            ("empty-file", "workflows/c.yaml"),
        ]

    def test_what_could_not_be_read_is_known_by_name(self, root: Path) -> None:
        write(root, {"schema/visit.yaml": "entity: visit\nx: [\n", "schema/call.yaml": "entity: call\n"})
        assert loaded(root)[0].broken == {Home("entity", "visit")}


class TestDamage:
    def test_a_folder_without_settings_is_no_project(self, tmp_path: Path) -> None:
        project, (found,) = loaded(write(tmp_path, {"schema/visit.yaml": "entity: visit\n"}))
        assert (found.code, project.documents) == ("not-a-project", ())
        assert found.message == f"this is not a Relasi project: no config/crm.yaml in {tmp_path}"

    def test_a_folder_that_is_not_there_is_no_project(self, tmp_path: Path) -> None:
        assert [code for code, _ in codes(tmp_path / "nowhere")] == ["not-a-project"]

    def test_broken_settings_are_reported_alone(self, tmp_path: Path) -> None:
        assert codes(write(tmp_path, {"config/crm.yaml": "crm: [\n"})) == [
            ("unclosed-bracket", "config/crm.yaml")
        ]

    def test_a_folder_named_like_a_file(self, root: Path) -> None:
        (root / "schema/visit.yaml").mkdir(parents=True)
        assert codes(root) == [("unreadable-file", "schema/visit.yaml")]

    def test_a_file_in_the_place_of_a_folder(self, root: Path) -> None:
        write(root, {"schema": "x"})
        assert codes(root) == [("unreadable-file", "schema")]

    def test_links_that_lead_nowhere_or_to_themselves(self, root: Path) -> None:
        (root / "schema").mkdir()
        (root / "schema/lost.yaml").symlink_to("nothing.yaml")
        (root / "schema/self.yaml").symlink_to("self.yaml")
        assert codes(root) == [
            ("unreadable-file", "schema/lost.yaml"),
            ("unreadable-file", "schema/self.yaml"),
        ]

    def test_a_folder_link_that_leads_back_up(self, root: Path) -> None:
        write(root, {"schema/a/visit.yaml": "entity: visit\n"})
        (root / "schema/a/again").symlink_to("..", target_is_directory=True)
        assert codes(root) == [("link-loop", "schema/a/again")]

    def test_a_link_to_files_elsewhere_is_followed(self, root: Path, tmp_path: Path) -> None:
        write(tmp_path, {"shared/visit.yaml": "entity: visit\n"})
        (root / "schema").symlink_to(tmp_path / "shared", target_is_directory=True)
        assert [document.name for document in loaded(root)[0].documents] == ["crm", "visit"]

    def test_a_pipe_is_not_waited_for(self, root: Path) -> None:
        (root / "schema").mkdir()
        os.mkfifo(root / "schema/visit.yaml")
        assert codes(root) == [("unreadable-file", "schema/visit.yaml")]

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    @pytest.mark.parametrize("locked", ["schema/visit.yaml", "schema"])
    def test_what_may_not_be_read(self, root: Path, locked: str) -> None:
        write(root, {"schema/visit.yaml": "entity: visit\n"})
        (root / locked).chmod(0)
        try:
            assert codes(root) == [("unreadable-file", locked)]
        finally:
            (root / locked).chmod(0o700)

    def test_a_file_that_is_not_utf_8_is_still_shown(self, root: Path) -> None:
        (root / "schema").mkdir()
        (root / "schema/visit.yaml").write_bytes(b"entity: visit\nlabel: caf\xe9\n")
        project, (found,) = loaded(root)
        assert "2 | label: caf\N{REPLACEMENT CHARACTER}" in render(found, project.source)

    def test_a_file_that_is_too_big(self, root: Path) -> None:
        write(root, {"schema/visit.yaml": "x" * (MAX_SIZE + 10)})
        assert codes(root) == [("file-too-big", "schema/visit.yaml")]


class TestBase:
    def test_a_project_stands_alone_unless_it_names_its_base(self, root: Path, base: Path) -> None:
        project, _ = loaded(root, base=base)
        assert [document.name for document in project.documents] == ["crm"]

    def test_a_project_lies_over_its_base(self, root: Path, base: Path) -> None:
        write(root, {"config/crm.yaml": ON_BASE, "schema/visit.yaml": "extend: visit\nlabel: Call\n"})
        project, found = loaded(root, base=base)
        visit = project.documents[1]
        assert (visit.layer, plain(visit.root), found) == ("relasi", {"entity": "visit", "label": "Call"}, [])
        assert [span_at(visit.root, [key]).file for key in ("entity", "label")] == [
            "relasi:schema/visit.yaml",
            "schema/visit.yaml",
        ]

    def test_a_mistake_in_the_base_is_shown_as_the_bases(self, root: Path, base: Path) -> None:
        write(root, {"config/crm.yaml": ON_BASE})
        write(base, {"schema/visit.yaml": "entity: visit\na: 1\na: 2\n"})
        project, (found,) = loaded(root, base=base)
        assert found.span.file == "relasi:schema/visit.yaml"
        assert project.source(found.span.file)[2] == "a: 2"

    @pytest.mark.parametrize(
        ("written", "meant"), [("relasy", "relasi"), ("other", None), ("[relasi]", None)]
    )
    def test_an_unknown_base_is_refused(self, root: Path, written: str, meant: str | None) -> None:
        write(root, {"config/crm.yaml": f"{CRM}base: {written}\n"})
        project, (found,) = loaded(root)
        assert (found.code, found.suggestion, project.documents) == ("unknown-base", meant, ())

    def test_the_base_cannot_stand_on_itself(self, root: Path) -> None:
        write(root, {"config/crm.yaml": ON_BASE})
        assert [found.code for found in loaded(root, base=root)[1]] == ["unknown-base"]

    def test_a_base_that_is_missing_is_a_broken_installation(self, root: Path, tmp_path: Path) -> None:
        write(root, {"config/crm.yaml": ON_BASE})
        assert [found.code for found in loaded(root, base=tmp_path / "nowhere")[1]] == ["missing-base"]

    def test_the_shipped_base_has_no_mistake(self, root: Path) -> None:
        write(root, {"config/crm.yaml": ON_BASE})
        project, found = loaded(root)
        assert found == []
        assert "entity" in {document.kind for document in project.documents}

    def test_the_shipped_base_is_a_project_of_its_own(self) -> None:
        assert loaded(base_content())[1] == []


class TestFingerprint:
    def test_stays_while_nothing_changes(self, root: Path) -> None:
        assert loaded(root)[0].fingerprint == loaded(root)[0].fingerprint

    @pytest.mark.parametrize(
        "change", [{"config/crm.yaml": CRM + "# why\n"}, {"schema/visit.yaml": "entity: visit\n"}]
    )
    def test_changes_with_any_byte_of_any_file(self, root: Path, change: dict[str, str]) -> None:
        before = loaded(root)[0].fingerprint
        assert loaded(write(root, change))[0].fingerprint != before

    def test_changes_with_the_base(self, root: Path, base: Path) -> None:
        write(root, {"config/crm.yaml": ON_BASE})
        before = loaded(root, base=base)[0].fingerprint
        write(base, {"schema/visit.yaml": "entity: visit\n"})
        assert loaded(root, base=base)[0].fingerprint != before


def test_the_source_of_an_unknown_file_is_empty(root: Path) -> None:
    assert loaded(root)[0].source("schema/visit.yaml") == ()


def test_a_draft_stands_in_for_a_file_and_may_be_a_new_one(root: Path) -> None:
    write(root, {"config/roles.yaml": "roles:\n  clerk:\n"})
    drafts = {"config/roles.yaml": b"roles:\n  boss:\n", "schema/sales/deal.yaml": b"entity: deal\n"}
    project = load(root, Diagnostics(), drafts=drafts)
    kinds = {each.kind: each for each in project.documents}
    assert plain(kinds["roles"].root) == {"boss": None}
    assert (kinds["entity"].name, kinds["entity"].folder) == ("deal", "sales")
    assert project.fingerprint != load(root, Diagnostics()).fingerprint
