"""`relasi explain access` says who sees a record, and which rules say so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Once, Relasi


@pytest.fixture
def customer(relasi: Relasi, ready: Path, once: Once) -> str:
    """The id of a customer; sari serves, dewi looks after colleagues."""
    once("access", lambda: _people(relasi, ready))
    return Path("report.csv").read_text().splitlines()[1].split(",")[2]


def _people(relasi: Relasi, ready: Path) -> None:
    relasi("user", "add", "sari", "--role", "service_agent", stdin="lima ekor kuda hijau\n")
    relasi("user", "add", "dewi", "--role", "hr", stdin="lima ekor kuda hijau\n")
    (ready / "c.csv").write_text("name\nBudi\n")
    assert relasi("import", "customer", "c.csv", "--report", "report.csv").code == 0


def test_one_person_is_told_rule_by_rule_with_the_line_of_each(relasi: Relasi, customer: str) -> None:
    answer = relasi("explain", "access", "sari", "customer", customer)

    assert answer.code == 0
    assert "sari may read, update" in answer.out
    assert "service_agent grants it  relasi:schema/customer.yaml:" in answer.out
    assert "pipeline is hidden  relasi:schema/sales/customer.yaml:" in answer.out


def test_everybody_who_sees_the_record_is_listed(relasi: Relasi, customer: str) -> None:
    answer = relasi("explain", "access", "customer", customer)

    assert "sari" in answer.out
    assert "dewi" not in answer.out


def test_the_same_as_json(relasi: Relasi, customer: str) -> None:
    (told,) = relasi("explain", "access", "dewi", "customer", customer, "--json").data["people"]

    assert (told["user"], told["may"]["read"], told["rules"]) == ("dewi", False, [])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nobody", "customer"), "There is no user called nobody"),
        (("custmer",), "Is customer meant?"),
    ],
)
def test_what_is_not_there_is_named(relasi: Relasi, customer: str, words: tuple[str, ...], said: str) -> None:
    answer = relasi("explain", "access", *words, customer)

    assert answer.code != 0
    assert said in answer.out + answer.err
