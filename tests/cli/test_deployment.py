"""`relasi plan` changes nothing; `relasi apply` does what the plan said, with consent."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Relasi

MORE = "extend: customer\nfields:\n  member_since: date\n"


def test_a_plan_shows_what_is_to_come(relasi: Relasi, project: Path) -> None:
    answer = relasi("plan")
    assert "+ customer  new table" in answer.out
    assert relasi("plan").out == answer.out


def test_apply_asks_and_where_nobody_answers_does_nothing(relasi: Relasi, project: Path) -> None:
    answer = relasi("apply")
    assert (answer.code, answer.err) == (2, "relasi: Nobody can be asked here. Add --yes to go ahead.\n")
    assert "+ customer  new table" in relasi("plan").out


def test_after_apply_there_is_nothing_to_do(relasi: Relasi, ready: Path) -> None:
    assert "Nothing to do" in relasi("plan").out
    assert relasi("apply").code == 0


def test_a_kept_plan_is_applied(relasi: Relasi, ready: Path) -> None:
    (ready / "schema" / "customer.yaml").write_text(MORE)
    assert relasi("plan", "--out", "plan.json").out.endswith(
        "Run relasi apply plan.json to make these changes.\n"
    )
    assert relasi("apply", "plan.json", "--yes").code == 0
    assert "Nothing to do" in relasi("plan").out


def test_a_stale_plan_is_refused(relasi: Relasi, ready: Path) -> None:
    (ready / "schema" / "customer.yaml").write_text(MORE)
    relasi("plan", "--out", "plan.json")
    relasi("apply", "--yes")
    answer = relasi("apply", "plan.json", "--yes")
    assert answer.code == 1
    assert "has changed since this plan was made" in answer.err


def test_a_file_that_is_no_plan_is_refused(relasi: Relasi, ready: Path) -> None:
    (ready / "plan.json").write_text("{")
    assert "holds no plan" in relasi("apply", "plan.json", "--yes").err


def test_a_plan_comes_as_data(relasi: Relasi, ready: Path) -> None:
    (ready / "schema" / "customer.yaml").write_text(MORE)
    changes = relasi("plan", "--json").data["changes"]
    assert len(changes) == 1


def test_an_undo_takes_the_last_apply_back(relasi: Relasi, ready: Path) -> None:
    (ready / "schema" / "customer.yaml").write_text(MORE)
    relasi("apply", "--yes")
    answer = relasi("undo", "--yes")
    assert "- customer.member_since  removed" in answer.out
    assert "relasi apply makes it again" in answer.out
    assert "+ customer.member_since  date" in relasi("plan").out


def test_an_undo_asks_first(relasi: Relasi, ready: Path) -> None:
    (ready / "schema" / "customer.yaml").write_text(MORE)
    relasi("apply", "--yes")
    assert relasi("undo").code == 2
    assert "Nothing to do" in relasi("plan").out


def test_an_undo_comes_as_data(relasi: Relasi, ready: Path) -> None:
    (ready / "schema" / "customer.yaml").write_text(MORE)
    relasi("apply", "--yes")
    assert [each["kind"] for each in relasi("undo", "--yes", "--json").data["changes"]] == ["remove_column"]


def test_a_plan_lists_all_that_stands_in_its_way_when_asked(relasi: Relasi, ready: Path) -> None:
    people = "\n".join(f"Person {number},person,number-{number}" for number in range(25))
    (ready / "people.csv").write_text(f"name,kind,external_id\n{people}\n")
    assert relasi("import", "customer", "people.csv").code == 0
    shorter = "extend: customer\nfields:\n  external_id: {max_length: 5}\n"
    (ready / "schema" / "customer.yaml").write_text(shorter)
    assert "… and 5 more; relasi plan --all shows them" in relasi("plan").out
    assert "more; relasi plan --all" not in relasi("plan", "--all").out


def test_a_change_of_rights_is_told_in_records_and_fields(relasi: Relasi, ready: Path) -> None:
    (ready / "people.csv").write_text("name\nBudi\nSiti\n")
    relasi("import", "customer", "people.csv")
    (ready / "schema").mkdir(exist_ok=True)
    (ready / "schema/customer.yaml").write_text(
        "extend: customer\naccess:\n  sales_rep: {read: 'name = \"Budi\"', hide: [phone]}\n"
    )

    line = "~ Sales representative, Customers: 1 record(s) fewer, 1 field(s) fewer (Phone)"
    told = [each for each in relasi("plan").out.splitlines() if "Sales representative, Customers" in each]
    found = [each for each in relasi("plan", "--json").data["access"] if each["entity"] == "customer"]

    assert told == [line]
    assert {(each["role"], each["lost"]) for each in found} == {("sales_rep", 1), ("sales_manager", 1)}
    relasi("apply", "--yes")
    assert relasi("plan", "--json").data["access"] == []
