"""Processes that go on serving take up what is applied."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.applications import Starlette

from relasi import current
from relasi.api import routes
from relasi.current import Current
from relasi.deploy import Stamp, apply, make_plan
from relasi.runtime import open_crm
from relasi.store.users import User
from tests.api.program import Program
from tests.records.world import compiled, deployed

NOTE = "entity: note\nfields:\n  subject: text\naccess:\n  clerk: {read: all, create: true}\n"
ROLES = "roles:\n  clerk: {}\n"


def test_a_field_that_was_applied_is_there_at_the_next_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(current, "LOOK_SECONDS", 0.0)
    world = deployed(tmp_path, compiled(tmp_path, (NOTE, ROLES)))
    world.clock.now = datetime.now(UTC)
    with world.crm.store.session() as session:
        session.users.add(user := User("u1", "ani", "Ani", "", ("clerk",), "en"))
    _, token = world.crm.keys.add(user, "key", ["read"])
    world.crm.close()
    project = Current(tmp_path)
    program = Program(Starlette(routes=routes(project)), {"authorization": f"Bearer {token}"})
    before = program.ask("GET", "/records/note?fields=remark").status_code
    (tmp_path / "schema" / "note.yaml").write_text(NOTE.replace("text\n", "text\n  remark: text\n"))
    with closing(open_crm(tmp_path)) as crm:
        apply(
            make_plan(crm.model, crm.database, now=crm.clock()),
            crm.model,
            crm.database,
            Stamp("2", crm.clock()),
        )

    assert before == 400
    assert program.get("/records/note?fields=remark") == {"records": [], "next": None}
    project.close()
