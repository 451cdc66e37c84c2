from __future__ import annotations

from datetime import timedelta

import pytest

from relasi.errors import Forbidden, NotFound
from relasi.workflows.oversight import Question
from tests.workflows.desk import PLAIN, Build, Desk, rule

BROKEN = rule("broken", "{changed: note}", "\n  - set: {count: 1}\n  - set: {short: '{note}'}")
PICKY = rule("picky", "{changed: note}", "\n  - set: {count: 2}", more="if: priority = urgent")


@pytest.fixture
def desk(build: Build) -> Desk:
    waits = rule("waits", "created", "\n  - wait: 2 days\n  - set: {count: 5}")
    return Desk(build(*PLAIN, waits, BROKEN, PICKY))


def failed(desk: Desk) -> str:
    """A ticket on which a rule failed, for its note is too long for another field."""
    key = desk.ticket(subject="One")
    desk.change(key, note="much too long")
    return key


def stages(desk: Desk, stage: str, **more: object) -> list[str]:
    question = Question(stage, **more)  # type: ignore[arg-type]  # the test's own words
    oversight, engine = desk.world.crm.oversight, desk.world.engine
    return [seen.trace.workflow for seen in oversight.list(engine, question)]


def test_runs_are_found_by_how_far_they_are(desk: Desk) -> None:
    failed(desk)

    assert stages(desk, "failed") == ["broken"]
    assert stages(desk, "waiting") == ["waits"]
    assert desk.world.crm.oversight.tally(desk.world.engine) == {"failed": 1, "waiting": 1}
    assert stages(desk, "ended") == []

    desk.work(days=3)
    assert stages(desk, "ended") == ["waits"]
    assert stages(desk, "waiting") == []


def test_runs_are_found_by_rule_entity_and_when_they_began(desk: Desk) -> None:
    failed(desk)
    began = desk.world.clock()

    assert stages(desk, "failed", workflow="waits") == []
    assert stages(desk, "failed", workflow="broken", entity="ticket") == ["broken"]
    assert stages(desk, "failed", entity="task") == []
    assert stages(desk, "failed", since=began - timedelta(hours=1)) == ["broken"]
    assert stages(desk, "failed", since=began + timedelta(hours=1)) == []


@pytest.mark.parametrize("stage", ["waiting", "ended"])
def test_pages_follow_each_other_without_gap_or_double(desk: Desk, stage: str) -> None:
    keys = [desk.ticket(subject=str(n)) for n in range(7)]
    if stage == "ended":
        desk.work(days=3)
    found: list[str] = []
    after = None
    while page := desk.world.crm.oversight.list(
        desk.world.engine,
        Question(stage),  # type: ignore[arg-type]  # the test's own words
        limit=3,
        after=after,
    ):
        found += [seen.trace.record_id for seen in page]
        after = page[-1]

    assert found == keys[::-1]


def test_a_failed_run_tells_its_step_its_error_and_its_definition_as_written(desk: Desk) -> None:
    failed(desk)
    (seen,) = desk.world.crm.oversight.list(desk.world.engine, Question("failed"))

    same, document = desk.world.crm.oversight.get(desk.world.engine, seen.trace.id)

    assert same == seen
    assert seen.run is not None
    assert seen.run.failed_at == "do.1"
    assert "short" in str(seen.run.error).casefold()
    assert document["do"][1] == {"set": {"short": "{note}"}}


def test_trying_again_leaves_who_did_it_and_why_beside_what_had_gone_wrong(desk: Desk) -> None:
    key = failed(desk)
    (seen,) = desk.world.crm.oversight.list(desk.world.engine, Question("failed"))

    desk.world.crm.workflows.retry(seen.trace.id, desk.world.engine, "the field is longer now")

    seen, _ = desk.world.crm.oversight.get(desk.world.engine, seen.trace.id)
    said = seen.trace.steps[-1]
    assert (said["step"], said["path"], said["comment"]) == ("retry", "do.1", "the field is longer now")
    assert set(said["error"]) == {"en", "id"}
    assert desk.value(key, "count") == 0


def test_dropping_leaves_the_comment_and_the_error(desk: Desk) -> None:
    failed(desk)
    (seen,) = desk.world.crm.oversight.list(desk.world.engine, Question("failed"))

    desk.world.crm.workflows.cancel(seen.trace.id, desk.world.engine, "not needed")

    (seen,) = desk.world.crm.oversight.list(desk.world.engine, Question("ended"))
    assert seen.trace.outcome == "cancelled"
    assert seen.trace.steps[-1]["comment"] == "not needed"
    assert "error" in seen.trace.steps[-1]


def test_all_that_failed_of_a_rule_is_tried_again_at_once(desk: Desk) -> None:
    keys = [failed(desk) for _ in range(3)]
    for key in keys[:2]:
        desk.delete(key)
    oversight, engine = desk.world.crm.oversight, desk.world.engine
    before = oversight.failures(engine, 100)

    assert oversight.retry_all(engine, Question("failed", workflow="waits")) == 0
    assert oversight.retry_all(engine, Question("failed", workflow="broken")) == before
    assert oversight.failures(engine, 100) == 0


def test_only_administrators_look_over_runs(desk: Desk) -> None:
    oversight, agent = desk.world.crm.oversight, desk.world.actor("sari", "agent")

    for ask in (
        lambda: oversight.tally(agent),
        lambda: oversight.list(agent, Question("failed")),
        lambda: oversight.retry_all(agent, Question("failed")),
        lambda: oversight.get(agent, "x"),
    ):
        with pytest.raises(Forbidden):
            ask()


def test_an_unknown_run_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.world.crm.oversight.get(desk.world.engine, "nothing")


def test_the_runs_on_a_record_say_at_which_step_they_stand(desk: Desk) -> None:
    key = desk.ticket(subject="One")
    record = desk.world.crm.records.get(desk.world.engine, "ticket", key)

    (seen,) = desk.world.crm.oversight.on(desk.world.actor("sari", "agent"), record)

    assert seen.run is not None
    assert seen.run.due_at == desk.world.clock() + timedelta(days=2)
    assert seen.step is not None
    assert seen.step.path == "do.0"


def test_every_rule_says_how_it_stands_to_a_record(desk: Desk) -> None:
    key = desk.ticket(subject="One")
    record = desk.world.crm.records.get(desk.world.engine, "ticket", key)

    found = {each.workflow.name: each for each in desk.world.crm.oversight.rules(desk.world.engine, record)}

    assert found["waits"].trace is not None
    assert found["waits"].trace.outcome == "waiting"
    assert found["waits"].flight is not None
    assert found["picky"].flight is None
    assert found["picky"].trace is None
    assert found["picky"].now["value"] is False
    assert found["broken"].now is None


def test_the_rules_of_a_record_that_may_not_be_read_are_not_told(desk: Desk) -> None:
    key = desk.ticket(subject="One")
    record = desk.world.crm.records.get(desk.world.engine, "ticket", key)

    with pytest.raises(NotFound):
        desk.world.crm.oversight.rules(desk.world.actor("budi"), record)


def test_an_error_names_fields_by_their_labels(desk: Desk) -> None:
    failed(desk)

    (seen,) = desk.world.crm.oversight.list(desk.world.engine, Question("failed"))

    assert seen.trace.error is not None
    assert seen.trace.error["en"].startswith("Short: ")
