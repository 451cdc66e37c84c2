"""`relasi init` makes a project that compiles, and overwrites nothing."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Relasi


def test_a_new_project_has_no_problems(relasi: Relasi, project: Path) -> None:
    answer = relasi("check")
    assert (answer.code, answer.out.partition(": ")[2]) == (0, "no problems\n")


def test_it_holds_what_a_newcomer_looks_for(project: Path) -> None:
    names = {str(path.relative_to(project)) for path in project.rglob("*") if path.is_file()}
    assert {"config/crm.yaml", "schema/README.md", "workflows/README.md", "README.md", ".gitignore"} <= names
    assert "/data/" in (project / ".gitignore").read_text()


def test_the_examples_in_its_read_me_files_work(relasi: Relasi, project: Path) -> None:
    for folder, name in (("schema", "customer"), ("workflows", "welcome_customer")):
        text = (project / folder / "README.md").read_text()
        example = [line[4:] for line in text.splitlines() if line.startswith("    ")]
        (project / folder / f"{name}.yaml").write_text("\n".join(example) + "\n")
    assert relasi("check").out.endswith(": no problems\n")


def test_a_folder_with_anything_in_it_is_left_alone(relasi: Relasi, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    answer = relasi("init", tmp_path)
    assert answer.code == 1
    assert "is not empty" in answer.err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_files_are_listed_as_data(relasi: Relasi, tmp_path: Path) -> None:
    assert "config/crm.yaml" in relasi("init", tmp_path / "new", "--json").data["files"]


def test_a_template_is_checked_and_its_database_made(relasi: Relasi, tmp_path: Path) -> None:
    root = tmp_path / "agency"
    assert relasi("init", root, "--template", "real_estate").code == 0

    assert "template: real_estate" in (root / "config" / "crm.yaml").read_text()
    assert relasi("-C", root, "check").out.endswith(": no problems\n")
    assert relasi("-C", root, "apply", "--yes").code == 0


def test_it_holds_the_apps_of_the_modules_that_are_used(relasi: Relasi, tmp_path: Path) -> None:
    root = tmp_path / "desk"
    assert relasi("init", root, "--modules", "service").code == 0

    assert "modules: [service]" in (root / "config" / "crm.yaml").read_text()
    apps = {path.stem for path in (root / "apps").iterdir()}
    assert apps == {"portal", "service", "field_service", "management"}


def test_an_unknown_module_gets_the_nearest(relasi: Relasi, tmp_path: Path) -> None:
    answer = relasi("init", tmp_path / "desk", "--modules", "sales,servic")
    assert (answer.code, answer.err) == (2, 'relasi: There is no module "servic". Is service meant?\n')
    assert not (tmp_path / "desk").exists()


def test_an_unknown_template_gets_the_nearest(relasi: Relasi, tmp_path: Path) -> None:
    answer = relasi("init", tmp_path / "agency", "--template", "real_estat")
    assert (answer.code, answer.err) == (
        2,
        "relasi: There is no template real_estat. Is real_estate meant?\n",
    )
    assert not (tmp_path / "agency").exists()
