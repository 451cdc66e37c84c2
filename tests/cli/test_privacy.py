"""`relasi privacy`: the register, and what is due."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from relasi.records import Source
from relasi.runtime import engine_actor, open_crm
from tests.cli.conftest import Relasi


@pytest.fixture
def old_contact(ready: Path) -> str:
    """Somebody whose data nobody has touched for years."""
    crm = open_crm(ready, clock=lambda: datetime(2020, 1, 1, tzinfo=UTC))
    actor = engine_actor(Source.CLI)
    customer = crm.records.create(actor, "customer", {"name": "PT Lama", "kind": "company"})
    contact = crm.records.create(actor, "contact", {"name": "Budi Lama", "customer": customer.id})
    crm.close()
    return contact.id


def test_the_register_is_written_in_the_language_asked_for(relasi: Relasi, project: Path) -> None:
    answer = relasi("privacy", "register", "--language", "id")
    assert (answer.code, "Dasar hukum: perjanjian" in answer.out) == (0, True)


def test_what_is_due_is_listed_until_somebody_erases_it(relasi: Relasi, old_contact: str) -> None:
    assert [each["records"] for each in relasi("privacy", "due", "--json").data] == [[old_contact]]
    assert relasi("privacy", "erase-due", "contact").code == 2  # nobody can be asked
    assert relasi("privacy", "erase-due", "contact", "--yes", "--json").data == {
        "rule": "contact",
        "erased": 1,
    }
    assert relasi("privacy", "due").out == "Nothing is due.\n"


def test_a_rule_by_which_nothing_is_due_erases_nothing(relasi: Relasi, ready: Path) -> None:
    answer = relasi("privacy", "erase-due", "contact", "--yes")
    assert (answer.code, "Nothing is due by contact" in answer.err) == (1, True)
