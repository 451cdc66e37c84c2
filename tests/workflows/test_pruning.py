"""What is over is forgotten after its time, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relasi.runtime import worker_of
from relasi.store.effects import Effect, Status, Verdict
from relasi.store.notifications import Notification
from tests.postgresql import DATABASES
from tests.records.world import SETTINGS
from tests.workflows.desk import PLAIN, Build, Desk, rule

KEEP = "keep: {notifications: 10 days, outbox: 20 days, runs: 30 days}\n"

pytestmark = pytest.mark.parametrize("platform", DATABASES, indirect=True)


@pytest.fixture
def desk(build: Build) -> Desk:
    return desk_of(build, rule("r", "created", "[{set: {note: seen}}]"))


def desk_of(build: Build, *rules: str) -> Desk:
    return Desk(build(*PLAIN, SETTINGS + KEEP, *rules))


def outcomes(desk: Desk, key: str) -> list[str]:
    return [trace.outcome for trace in desk.world.traces("ticket", key)]


def test_a_notice_goes_after_its_time(desk: Desk) -> None:
    user = desk.world.user("ani", "agent")
    with desk.world.crm.store.session() as session:
        session.notifications.add([Notification("0", user, desk.world.clock.now, {"en": "x"}, {})])

    for days, left in ((9, 1), (2, 0)):
        desk.work(days=days)
        with desk.world.crm.store.session(write=False) as session:
            assert len(session.notifications.of(user)) == left


@pytest.mark.parametrize(("status", "left"), [("sent", 0), ("withheld", 0), ("dead", 1), ("waiting", 1)])
def test_what_left_the_house_goes_and_what_waits_or_failed_stays(
    desk: Desk, status: Status, left: int
) -> None:
    now = desk.world.clock.now
    with desk.world.crm.store.session() as session:
        session.effects.add(Effect("e", "email", "x@example.com", {"purpose": "service"}, now))
        (effect,) = session.effects.claim(now, lease="l", until=now, limit=1)
        later = now.replace(year=2099) if status == "waiting" else None
        session.effects.settle(effect, Verdict(status, next_at=later), now)

    desk.work(days=21)

    with desk.world.crm.store.session(write=False) as session:
        assert len(session.effects.list()) == left


def test_what_a_rule_did_goes_after_its_time(desk: Desk) -> None:
    key = desk.ticket()
    desk.work(days=29)
    assert outcomes(desk, key) == ["ran"]
    desk.work(days=2)
    assert outcomes(desk, key) == []


def test_the_time_of_a_run_that_waited_begins_at_its_end(build: Build) -> None:
    desk = desk_of(build, rule("r", "created", "[{wait: 40 days}, {set: {note: seen}}]"))
    key = desk.ticket()
    for days, left in ((35, ["waiting"]), (6, ["ran"]), (29, ["ran"]), (2, [])):
        desk.work(days=days)
        assert outcomes(desk, key) == left


def test_a_run_that_failed_stays(build: Build) -> None:
    desk = desk_of(build, rule("r", "created", "[{wait: 1 day}, {set: {note: seen}}]"))
    key = desk.ticket()
    with desk.world.crm.store.session() as session:
        (run,) = session.runs.on([key])
        session.runs.put(replace(run, actor={}))
    desk.work(days=2)
    desk.work(days=40)
    assert (outcomes(desk, key), len(desk.runs())) == (["failed"], 1)


def test_what_may_run_once_only_is_remembered(build: Build) -> None:
    desk = desk_of(build, rule("r", "updated", "[{set: {count: count + 1}}]", more="runs: once per record"))
    key = desk.ticket()
    desk.change(key, note="x")
    desk.work(days=40)
    desk.change(key, note="y")
    assert desk.value(key, "count") == 1


def test_a_definition_goes_when_nothing_tells_of_it(desk: Desk) -> None:
    with desk.world.crm.store.session() as session:
        session.definitions.keep("gone", "v1", {"do": []}, desk.world.clock.now)
        session.definitions.keep("r", desk.world.crm.model.workflows["r"].version, {}, desk.world.clock.now)

    desk.work(days=31)

    with desk.world.crm.store.session(write=False) as session:
        assert session.definitions.get("gone", "v1") is None
        assert session.definitions.get("r", desk.world.crm.model.workflows["r"].version) == {}


def test_it_goes_through_everything_in_small_steps(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("relasi.workflows.pruning.BATCH", 2)
    keys = [desk.ticket() for _ in range(5)]
    desk.world.clock.advance(days=31)
    worker_of(desk.world.crm).drain()
    assert [outcomes(desk, key) for key in keys] == [[]] * 5
