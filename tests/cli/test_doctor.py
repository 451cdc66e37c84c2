from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Relasi


def add(relasi: Relasi, name: str, *roles: str, team: str | None = None) -> None:
    named = [word for role in roles for word in ("--role", role)] + (["--team", team] if team else [])
    assert relasi("user", "add", name, *named, stdin="rahasia sekali\n").code == 0


def missing_roles(relasi: Relasi) -> dict[str, str]:
    """The roles that nobody has, with the sentence about each."""
    found = relasi("doctor", "--json").data["findings"]
    people = [each["what"] for each in found if "has the role" in each["what"]]
    return {what.partition("has the role ")[2].partition(",")[0]: what for what in people}


def test_roles_that_definitions_name_and_nobody_has_are_told_with_their_places(
    relasi: Relasi, ready: Path
) -> None:
    add(relasi, "tono", "sales_rep")
    answer, missing = relasi("doctor", "--json"), missing_roles(relasi)
    assert (answer.code, answer.data["well"]) == (1, False)
    assert "sales_rep" not in missing
    assert "activity.access" in missing["service_agent"]


def test_a_role_is_filled_by_whoever_has_one_that_includes_it(relasi: Relasi, ready: Path) -> None:
    add(relasi, "sari", "service_manager")
    assert not {"service_manager", "service_agent"} & missing_roles(relasi).keys()


def test_somebody_who_is_disabled_fills_no_role(relasi: Relasi, ready: Path) -> None:
    add(relasi, "sari", "service_manager")
    assert relasi("user", "disable", "sari", "--yes").code == 0
    assert "Nobody has the role service_manager, which is named in" in relasi("doctor").out


def test_a_database_behind_the_project_is_told(relasi: Relasi, ready: Path) -> None:
    (ready / "schema").mkdir(exist_ok=True)
    (ready / "schema" / "note.yaml").write_text("entity: note\nfields: {body: text}\naccess: {}\n")
    assert "1 change(s) are due" in relasi("doctor").out


def test_a_project_without_a_copy_has_nothing_to_compare(relasi: Relasi, ready: Path) -> None:
    answer = relasi("doctor", "--compare")
    assert (answer.code, "nothing to compare" in answer.err) == (2, True)


def test_where_all_is_well_it_says_so(relasi: Relasi, ready: Path) -> None:
    add(relasi, "all", *missing_roles(relasi), team="partners")  # the only team that a rule names
    answer = relasi("doctor")
    assert (answer.code, "All is well" in answer.out) == (0, True)


def test_a_database_that_is_no_longer_one_is_told_without_a_traceback(relasi: Relasi, ready: Path) -> None:
    (ready / "data" / "crm.db").write_bytes(b"no database " * 1000)
    answer = relasi("doctor")
    assert (answer.code, "no answer" in answer.out) == (1, True)
    assert "relasi restore FILE" in answer.out
