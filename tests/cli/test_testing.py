"""`relasi test` performs the tests of a project, says what failed and why, and leaves the database alone."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import parse

import pytest

from tests.cli.conftest import Relasi

RULE = """\
workflow: greet_customer
label: {en: Greet, id: Sapa}
entity: customer
when: created
if: name != "Secret"
do:
  - create: task
    set: {subject: "Greet {name}", about: record}
  - wait: 2 days
  - if: owner is empty
    then:
      - set: {notes: Nobody came}
tests:
  a new customer is greeted:
    given: {customer: {name: Maju}}
    steps:
      - expect: {task: {subject: Greet Maju, about: customer}}
"""
WRONG = """\
  it is done in a day:
    given: {customer: {name: Maju}}
    steps:
      - advance: 1 day
      - expect:
          customer: {notes: Nobody came}
"""
FILE = Path("workflows", "greet_customer.yaml")


@pytest.fixture
def tested(project: Path) -> Path:
    (project / FILE).write_text(RULE)
    return project


def test_the_last_line_counts(relasi: Relasi, tested: Path) -> None:
    answer = relasi("test", FILE)
    assert (answer.code, answer.out.splitlines()[-1]) == (0, "1 passed, 0 failed")


def test_what_no_test_has_taken_is_named(relasi: Relasi, tested: Path) -> None:
    answer = relasi("test", FILE)
    line = "greet_customer: 1 of 4 branches, 2 of 4 steps; never: if not, do.2.then, do.2.else, do.2"
    assert line in answer.out.splitlines()


def test_a_suite_is_about_the_rules_that_had_something_to_do(relasi: Relasi, tested: Path) -> None:
    (tested / "config/tests").mkdir(exist_ok=True)
    suite = "suite: both\ntests:\n  it:\n    given: {customer: {name: Maju}}\n"
    (tested / "config/tests/both.yaml").write_text(suite + "    steps: [expect: {ran: greet_customer}]\n")
    answer = relasi("test", "config/tests", "--json")
    assert [each["name"] for each in answer.data["tests"] if each["of"] == "both"] == ["it"]
    answer = relasi("test", "config/tests/both.yaml", "--json")
    assert "greet_customer" in [each["workflow"] for each in answer.data["coverage"]]


def test_a_failure_names_its_place_what_was_expected_and_what_the_rule_did(
    relasi: Relasi, tested: Path
) -> None:
    (tested / FILE).write_text(RULE + WRONG)
    answer = relasi("test", FILE)
    assert answer.code == 1
    assert answer.out.splitlines()[-1] == "1 passed, 1 failed"
    assert "workflows/greet_customer.yaml:23:11" in answer.out
    assert "expected customer.notes: Nobody came; found: empty" in answer.out
    assert "it ran up to a step that waits" in answer.out


def test_the_same_comes_as_data(relasi: Relasi, tested: Path) -> None:
    (tested / FILE).write_text(RULE + WRONG)
    answer = relasi("test", FILE, "--json")
    assert (answer.code, answer.data["passed"], answer.data["failed"]) == (1, 1, 1)
    (failure,) = answer.data["tests"][1]["failures"]
    assert (failure["file"], failure["line"]) == ("workflows/greet_customer.yaml", 23)


def test_servers_get_junit_xml(relasi: Relasi, tested: Path) -> None:
    (tested / FILE).write_text(RULE + WRONG)
    relasi("test", FILE, "--junit", "out/results.xml")
    (suite,) = parse(tested / "out" / "results.xml").getroot()  # we have just written it
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("greet_customer", "2", "1")
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert "expected customer.notes" in failure.get("message", "")


def test_the_database_of_the_project_is_not_even_opened(relasi: Relasi, tested: Path) -> None:
    file = tested / "data" / "crm.db"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"this is no database")
    assert relasi("test", FILE).code == 0
    assert file.read_bytes() == b"this is no database"
    assert [each.name for each in file.parent.iterdir()] == ["crm.db"]


def test_a_project_that_does_not_compile_has_no_tests(relasi: Relasi, tested: Path) -> None:
    (tested / FILE).write_text(RULE.replace("about: customer}", "abut: customer}"))
    answer = relasi("test")
    assert answer.code == 1
    assert 'did you mean "about"?' in answer.out


def test_a_path_without_tests_is_refused(relasi: Relasi, tested: Path) -> None:
    answer = relasi("test", "config")
    assert (answer.code, answer.err) == (2, "relasi: There are no tests in config.\n")
