"""Two servers and two workers on one PostgreSQL, as the processes that people start."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from relasi.messages.signatures import signed_headers
from tests.patience import until
from tests.postgresql import Server as Postgresql
from tests.records.world import World, make_world
from tests.serving import Server, relasi_run, relasi_worker

LETTERS = 24
LETTER = """
entity: letter
fields:
  subject: text
  number: {type: series, pattern: "L-{n:03}"}
"""
ANSWER = """
entity: answer
fields:
  letter: {type: link, to: letter}
"""
HOOK = """
hook: post
entity: letter
secret: {env: POST_KEY}
set: {subject: subject}
"""
RULE = """
workflow: answer_letters
entity: letter
when: created
do:
  - wait: 1 second
  - create: answer
    set: {letter: record}
"""
SECRET = "open sesame"


@pytest.fixture
def world(tmp_path: Path, postgresql: Postgresql, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("POST_KEY", SECRET)
    world = make_world(tmp_path, postgresql.platform(), LETTER, ANSWER, HOOK, RULE)
    yield world
    world.crm.close()


def send(server: Server, number: int) -> tuple[int, str]:
    """The status, and the id of the letter."""
    body = json.dumps({"subject": f"Letter {number}"}).encode()
    headers = signed_headers(f"key-{number}", body, SECRET, datetime.now(UTC))
    status, _, answer = server.ask("/hooks/post", method="POST", body=body, **headers)
    return status, json.loads(answer).get("id", answer)


def answered(world: World) -> Counter[str]:
    return Counter(row["letter"] for row in world.rows("answer"))


def test_what_both_servers_are_told_is_done_once(world: World) -> None:
    with ExitStack() as running:
        servers = [running.enter_context(relasi_run(world.crm.root)) for _ in range(2)]
        for _ in range(2):
            running.enter_context(relasi_worker(world.crm.root))
        with ThreadPoolExecutor(8) as threads:
            calls = [threads.submit(send, server, n) for n in range(LETTERS) for server in servers]
            told = [each.result() for each in calls]
        until(lambda: len(answered(world)) >= LETTERS)
    letters = world.rows("letter")
    assert {status for status, _ in told} == {200}
    assert Counter(key for _, key in told) == {row["id"]: 2 for row in letters}
    assert sorted(row["number"] for row in letters) == [f"L-{n:03}" for n in range(1, LETTERS + 1)]
    assert answered(world) == {row["id"]: 1 for row in letters}
