from __future__ import annotations

from pathlib import Path

import pytest

from relasi.doctor import mailboxes
from relasi.doctor.finding import Finding
from tests.mailboxes.desk import DESK, MAILBOX
from tests.records.world import make_world
from tests.serving import free_port


def found(folder: Path, host: str) -> list[Finding]:
    place = f"host: {host}, port: {free_port()}, tls: none, user: desk, password: {{file: word}}"
    world = make_world(folder, *DESK[:-1], f"{MAILBOX}server: {{{place}}}\n")
    (world.crm.root / "word").write_text("sesame")
    try:
        return list(mailboxes.look(world.crm))
    finally:
        world.crm.close()


def test_a_mailbox_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, "127.0.0.1")
    assert "The mailbox desk cannot be read: The server 127.0.0.1 cannot be reached" in finding.what


def test_a_mailbox_that_is_not_set_up_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DESK_HOST", raising=False)
    assert found(tmp_path, "{env: DESK_HOST}") == []
