"""Which project a process goes by while others change its files, and apply them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from relasi import current
from relasi.current import Current
from relasi.deploy import Stamp, apply, make_plan, make_undo
from relasi.errors import PlanRefused
from relasi.runtime import open_crm
from tests.records.world import compiled, deployed

TICKET = "entity: ticket\nfields:\n  subject: text\n"
LARGER = TICKET + "  note: text\n"
BROKEN = "entity: ticket\nfields:\n  subject: txet\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(current, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(current, "RETRY_SECONDS", 0.0)
    deployed(tmp_path, compiled(tmp_path, (TICKET,))).crm.close()
    return tmp_path


@pytest.fixture
def project(root: Path) -> Iterator[Current]:
    project = Current(root)
    yield project
    project.close()


def write(root: Path, text: str) -> None:
    (root / "schema" / "ticket.yaml").write_text(text, encoding="utf-8")


def apply_files(root: Path) -> None:
    with closing(open_crm(root)) as crm:
        plan = make_plan(crm.model, crm.database, now=crm.clock())
        apply(plan, crm.model, crm.database, Stamp(crm.new_id(), crm.clock()))


def undo(root: Path) -> None:
    with closing(open_crm(root)) as crm:
        plan = make_undo(crm.model, crm.database, now=crm.clock())
        apply(plan, crm.model, crm.database, Stamp(crm.new_id(), crm.clock()))


def fields(project: Current) -> list[str]:
    return [each.name for each in project.crm().model.entities["ticket"].own_fields if not each.system]


def test_it_stays_the_same_while_nothing_is_applied(root: Path, project: Current) -> None:
    crm = project.crm()
    write(root, LARGER)
    assert project.crm() is crm


def test_it_goes_on_with_what_is_open_already(root: Path) -> None:
    with closing(open_crm(root)) as crm, closing(Current.of(crm)) as project:
        assert project.crm() is crm


def test_what_is_applied_is_taken_up(root: Path, project: Current) -> None:
    assert fields(project) == ["subject"]
    write(root, LARGER)
    apply_files(root)
    assert fields(project) == ["subject", "note"]


def test_files_that_do_not_open_leave_it_as_it_was(root: Path, project: Current) -> None:
    assert fields(project) == ["subject"]
    apply_files(root)
    write(root, BROKEN)
    assert fields(project) == ["subject"]


def test_where_the_database_is_no_longer_what_it_needs_nothing_goes_on(root: Path, project: Current) -> None:
    write(root, LARGER)
    apply_files(root)
    assert fields(project) == ["subject", "note"]
    undo(root)
    with pytest.raises(PlanRefused):
        project.crm()

    write(root, TICKET)
    assert fields(project) == ["subject"]
