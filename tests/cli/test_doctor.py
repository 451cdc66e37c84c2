from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Relasi


def add(relasi: Relasi, name: str, *roles: str) -> None:
    named = [word for role in roles for word in ("--role", role)]
    assert relasi("user", "add", name, *named, stdin="rahasia sekali\n").code == 0


def test_roles_that_definitions_name_and_nobody_has_are_told_with_their_places(
    relasi: Relasi, ready: Path
) -> None:
    add(relasi, "tono", "sales_rep")
    answer = relasi("doctor", "--json")
    missing = {each["missing"]: each["places"] for each in answer.data["gaps"]}
    assert (answer.code, answer.data["changes_due"]) == (1, 0)
    assert "role.sales_rep" not in missing
    assert "complaint.access" in missing["role.service_agent"]
    assert any(place.startswith("follow_up_complaint.do.") for place in missing["role.service_agent"])


def test_a_role_is_filled_by_whoever_has_one_that_includes_it(relasi: Relasi, ready: Path) -> None:
    add(relasi, "sari", "service_manager")
    missing = {each["missing"] for each in relasi("doctor", "--json").data["gaps"]}
    assert not {"role.service_manager", "role.service_agent"} & missing


def test_somebody_who_is_disabled_fills_no_role(relasi: Relasi, ready: Path) -> None:
    add(relasi, "sari", "service_manager")
    assert relasi("user", "disable", "sari", "--yes").code == 0
    assert "nobody has the role service_manager, which is named in" in relasi("doctor").out


def test_a_database_behind_the_project_is_told(relasi: Relasi, ready: Path) -> None:
    (ready / "schema").mkdir(exist_ok=True)
    (ready / "schema" / "note.yaml").write_text("entity: note\nfields: {body: text}\naccess: {}\n")
    assert "1 change(s) are due" in relasi("doctor").out


def test_where_all_is_well_it_says_so(relasi: Relasi, ready: Path) -> None:
    add(relasi, "all", *(each.partition(".")[2] for each in missing_roles(relasi)))
    answer = relasi("doctor")
    assert (answer.code, answer.out.partition(":")[0]) == (0, "All is well")


def missing_roles(relasi: Relasi) -> list[str]:
    return [each["missing"] for each in relasi("doctor", "--json").data["gaps"]]
