"""`relasi check` shows every mistake with its line, and never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from relasi.definitions import compile_project
from tests.cli.conftest import Relasi


@pytest.fixture
def broken(project: Path) -> Path:
    (project / "schema" / "customer.yaml").write_text("extend: customer\nfields:\n  age: {type: nmber}\n")
    return project


def test_a_mistake_is_shown_with_its_line_and_the_nearest_word(relasi: Relasi, broken: Path) -> None:
    answer = relasi("check")
    assert answer.code == 1
    assert "schema/customer.yaml:3:15" in answer.out
    assert "  age: {type: nmber}" in answer.out
    assert 'did you mean "number"?' in answer.out
    assert answer.out.endswith("1 error found\n")


def test_the_same_comes_as_data(relasi: Relasi, broken: Path) -> None:
    answer = relasi("check", "--json")
    (problem,) = answer.data["problems"]
    assert (answer.code, answer.data["errors"]) == (1, 1)
    assert (problem["file"], problem["line"], problem["suggestion"]) == ("schema/customer.yaml", 3, "number")


def test_data_has_no_colours_and_a_project_without_problems_an_empty_list(
    relasi: Relasi, project: Path
) -> None:
    model, _, _ = compile_project(project)
    assert model is not None
    assert relasi("check", "--json").data == {
        "problems": [],
        "errors": 0,
        "entities": len(model.entities),
        "workflows": len(model.workflows),
        "departments": len(model.departments),
    }


def test_a_wrong_recipe_of_the_sample_is_a_problem_of_the_project(relasi: Relasi, project: Path) -> None:
    (project / "config" / "sample_data.yaml").write_text(
        "extend: sample\nrecords:\n  product:\n    fields:\n      description: {pik: x}\n"
    )
    answer = relasi("check")
    assert answer.code == 1
    assert "config/sample_data.yaml:5:21" in answer.out
    assert 'did you mean "pick"?' in answer.out


def test_every_other_command_shows_the_mistakes_and_does_nothing(relasi: Relasi, broken: Path) -> None:
    answer = relasi("apply", "--yes")
    assert (answer.code, answer.err) == (1, "relasi: The project has 1 error; nothing was done.\n")
    assert "schema/customer.yaml:3:15" in answer.out
    assert not (broken / "data").exists()


def test_a_folder_that_is_no_project_says_how_to_make_one(relasi: Relasi, tmp_path: Path) -> None:
    answer = relasi("-C", tmp_path, "check")
    assert answer.code == 1
    assert "relasi init" in answer.out


def test_a_folder_that_is_not_there_is_named(relasi: Relasi, tmp_path: Path) -> None:
    assert relasi("-C", tmp_path / "none", "check").err.startswith("relasi: There is no folder")


def test_an_unknown_command_is_wrong_use(relasi: Relasi) -> None:
    assert relasi("chekc").code == 2


@pytest.fixture
def doubtful(project: Path) -> Path:
    """A project with a field that nothing shows."""
    field = "  age: {type: number, label: {en: Age, id: Umur}}\n"
    (project / "schema" / "customer.yaml").write_text(f"extend: customer\nfields:\n{field}")
    return project


def test_a_warning_is_shown_and_fails_only_where_that_is_asked_for(relasi: Relasi, doubtful: Path) -> None:
    answer = relasi("check")
    assert answer.code == 0
    assert "warning[unused-field]" in answer.out
    assert answer.out.endswith("1 warning\n")
    assert relasi("check", "--strict").code == 1


def test_a_warning_is_silenced_in_the_file_with_a_reason(relasi: Relasi, doubtful: Path) -> None:
    file = doubtful / "schema" / "customer.yaml"
    comment = "  # relasi: allow unused-field because it comes soon\n"
    file.write_text(file.read_text().replace("fields:\n", f"fields:\n{comment}"))
    assert relasi("check", "--strict").code == 0


def test_warnings_about_the_layers_below_are_not_the_projects(relasi: Relasi, project: Path) -> None:
    (project / "schema" / "customer.yaml").write_text(
        "extend: customer\nremove: [form.more]\nlists: {all: {columns: [name]}}\nsearch: [name]\n"
    )
    assert relasi("check", "--strict").code == 0


def test_watching_checks_again_when_a_file_changes(
    relasi: Relasi, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Instead of waiting, somebody breaks the project, then lets it be, then stops the command."""
    edits = iter(["fields: [\n", "fields: [\n"])

    def edit(_: float) -> None:
        content = next(edits, None)
        if content is None:
            raise KeyboardInterrupt
        (project / "schema" / "customer.yaml").write_text(f"extend: customer\n{content}")

    monkeypatch.setattr("time.sleep", edit)
    answer = relasi("check", "--watch")

    told = [line.split(" ", 1)[1] for line in answer.out.splitlines() if line[2:3] == ":"]
    assert [line.rpartition(": ")[2] for line in told] == ["no problems", "1 error found"]
