"""A changed rule, held against what has happened: it says what would differ, whatever begins the rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from relasi.definitions import documents_of
from relasi.messages.incoming import receive
from relasi.trial import Difference, Replay, copy_of, replay
from tests.postgresql import Server
from tests.records.world import NOW, compiled, make_world
from tests.workflows.desk import PLAIN, Desk, rule

Live = Callable[[str], Desk]
Try = Callable[[str], Replay]


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    """A CRM with one rule, called r."""
    desks: list[Desk] = []

    def live(old: str) -> Desk:
        desks.append(Desk(make_world(tmp_path / "old", *PLAIN, HOOK, old)))
        return desks[-1]

    yield live
    for desk in desks:
        desk.world.crm.close()


HOOK = "hook: shop\nentity: ticket\nsecret: {env: SHOP}\nset: {subject: title}\n"


def tried(desk: Desk, folder: Path, new: str, *more: str) -> Replay:
    """What the rule would have done since the beginning, were it written like this. Whatever that is, the
    database stays as it is to the last byte."""
    model = compiled(folder / "new", (*PLAIN, HOOK, new, *more))
    documents = documents_of(folder / "new")
    root = desk.world.crm.root
    before = kept(root)
    with copy_of(root, model, lambda: documents) as (crm, clock):
        clock.now = desk.world.clock.now
        found = replay(crm, clock, crm.model.workflows["r"], NOW - timedelta(hours=1))
    assert kept(root) == before
    return found


def kept(root: Path) -> dict[str, bytes]:
    return {
        each.name: each.read_bytes() for each in (root / "data").glob("crm.db*") if each.suffix != ".db-shm"
    }


def told(found: Replay) -> list[tuple[str, str, str]]:
    return [(each.began, each.kind, each.record_id) for each in found.differences]


def notes(difference: Difference) -> list[str]:
    """What its steps would set the note to."""
    return [step["values"]["note"] for step in difference.after if step["step"] == "set"]


def test_a_rule_that_says_the_same_would_have_done_the_same(live: Live, tmp_path: Path) -> None:
    do = "[{set: {note: a}}, {wait: 2 days}, {set: {note: '{subject}'}}]"
    desk = live(rule("r", "created", do))
    desk.ticket(subject="x")
    desk.work(days=3)
    found = tried(desk, tmp_path, rule("r", "[created, {changed: due_at}]", do))
    assert (told(found), found.occasions) == ([], {"write": 1})


def test_what_comes_after_a_wait_is_done_at_its_time_with_what_had_happened_by_then(
    live: Live, tmp_path: Path
) -> None:
    desk = live(rule("r", "created", "[{wait: 2 days}, {set: {note: old}}]"))
    key = desk.ticket(subject="first")
    desk.work(hours=30)
    desk.change(key, subject="second")
    desk.work(days=3)
    desk.change(key, subject="third")
    (found,) = tried(
        desk, tmp_path, rule("r", "created", "[{wait: 2 days}, {set: {note: '{subject}'}}]")
    ).differences
    assert (found.kind, found.outcome, notes(found)) == ("does other things", "ran", ["second"])


def test_what_is_waited_for_comes_about_by_what_people_wrote(live: Live, tmp_path: Path) -> None:
    desk = live(
        rule("r", "created", "[{wait: {until: status.kind = done, at_most: 9 days}}, {set: {subject: x}}]")
    )
    key = desk.ticket()
    desk.work(days=1)
    desk.move(key, "finish", note="n")
    desk.work(days=1)
    new = "[{wait: {until: count > 0, at_most: 1 day}}, {set: {note: late}}]"
    (found,) = tried(desk, tmp_path, rule("r", "created", new)).differences
    assert [step.get("ended") for step in found.after] == [None, "time", None]
    new = "[{wait: {until: status.kind = done, at_most: 9 days}}, {set: {note: '{status}'}}]"
    (found,) = tried(desk, tmp_path, rule("r", "created", new)).differences
    assert [step.get("ended") for step in found.after] == [None, "met", None]


def test_a_run_that_would_still_wait_has_done_what_it_did(live: Live, tmp_path: Path) -> None:
    desk = live(rule("r", "created", "[{set: {note: a}}]"))
    key = desk.ticket()
    found = tried(desk, tmp_path, rule("r", "created", "[{set: {note: a}}, {wait: 90 days}]"))
    assert [(each.record_id, each.outcome) for each in found.differences] == [(key, "waiting")]


def test_a_run_ends_where_its_record_was_deleted(live: Live, tmp_path: Path) -> None:
    desk = live(rule("r", "{changed: note}", "[{set: {subject: a}}]"))
    key = desk.ticket()
    desk.work(days=1)
    desk.delete(key)
    desk.work(days=5)
    found = tried(desk, tmp_path, rule("r", "created", "[{wait: 3 days}, {set: {note: b}}]"))
    assert [(each.kind, each.outcome) for each in found.differences] == [("runs now", "cancelled")]


def test_a_run_that_begins_anew_ends_the_one_before(live: Live, tmp_path: Path) -> None:
    desk = live(rule("r", "{changed: note}", "[{set: {subject: a}}]"))
    key = desk.ticket()
    desk.work(days=1)
    desk.change(key, count=2)
    desk.work(days=5)
    new = rule(
        "r", "[created, {changed: count}]", "[{wait: 3 days}, {set: {subject: b}}]", more="runs: restart"
    )
    found = tried(desk, tmp_path, new)
    assert [each.outcome for each in found.differences] == ["cancelled", "ran"]


def test_words_that_were_given_count_for_an_approval_that_goes_on_otherwise(
    live: Live, tmp_path: Path
) -> None:
    ask = "{{approve: {{label: {{en: Go}}, by: role.boss}}, approved: [{{set: {{note: '{0}'}}}}]}}"
    desk = live(rule("r", "created", f"[{ask.format('yes')}]"))
    desk.world.user("dewi", "boss")
    desk.ticket()
    boss = desk.world.actor("dewi")
    (asked,) = desk.world.crm.approvals.inbox(boss)
    desk.work(days=1)
    desk.world.crm.approvals.decide(boss, asked.approval.id, 0, "approved", None)
    desk.work(days=1)
    (found,) = tried(desk, tmp_path, rule("r", "created", f"[{ask.format('sure')}]")).differences
    assert (found.outcome, notes(found)) == ("ran", ["sure"])


def test_a_record_that_is_gone_counts_with_its_end(live: Live, tmp_path: Path) -> None:
    desk = live(rule("r", "deleted", "[{create: task, set: {subject: '{subject}'}}]"))
    for subject in ("Pump", "Hose"):
        desk.delete(desk.ticket(subject=subject))
        desk.work(hours=1)
    new = "[{create: task, set: {subject: '{subject}'}}]"
    found = tried(desk, tmp_path, rule("r", "deleted", new, more="if: subject = 'Hose'"))
    assert [(each.began, each.kind, each.title) for each in found.differences] == [
        ("deletion", "runs no more", "Pump")
    ]


def test_a_button_was_pressed_when_it_was_pressed(live: Live, tmp_path: Path) -> None:
    desk = live(rule("r", "{button: {label: {en: Go}}}", "[{set: {note: a}}]"))
    key = desk.ticket()
    boss = desk.world.actor("dewi", "boss")
    desk.work(hours=1)
    desk.world.crm.workflows.press(boss, "r", key, 1)
    desk.work(hours=1)
    new = rule("r", "{button: {label: {en: Go}}}", "[{set: {note: b, owner: user}}]")
    (found,) = tried(desk, tmp_path, new).differences
    assert (found.began, found.kind, found.at) == (
        "button or call",
        "does other things",
        NOW + timedelta(hours=1),
    )
    assert found.after[0]["values"]["owner"] == "u-dewi"
    gone = tried(desk, tmp_path, rule("r", "created", "[{set: {note: a}}]"))
    assert told(gone) == [("write", "runs now", key), ("button or call", "runs no more", key)]


def test_what_a_hook_brought_counts_as_its(live: Live, tmp_path: Path) -> None:
    desk = live(rule("r", "{incoming: shop}", "[{set: {note: a}}]"))
    desk.ticket()
    hook = desk.world.crm.model.hooks["shop"]
    taken = receive(desk.world.crm.records, hook, {}, b'{"title": "Pump"}')
    found = tried(desk, tmp_path, rule("r", "{incoming: shop}", "[{set: {note: b}}]"))
    assert told(found) == [("write", "does other things", taken.record_id)]


def test_what_cannot_be_told_apart_any_more_is_left_out_and_said(live: Live, tmp_path: Path) -> None:
    desk = live(rule("r", "{incoming: shop}", "[{set: {note: a}}]"))
    receive(desk.world.crm.records, desk.world.crm.model.hooks["shop"], {}, b'{"title": "Pump"}')
    other = HOOK.replace("hook: shop", "hook: desk").replace("SHOP", "DESK")
    found = tried(desk, tmp_path, rule("r", "{incoming: desk}", "[{set: {note: b}}]"), other)
    assert found.left_out == ["incoming desk"]


def test_the_clock_begins_it_at_every_turn_for_the_records_as_they_were(live: Live, tmp_path: Path) -> None:
    desk = live(rule("r", "{every: day at 08:00, where: count = 1}", "[{set: {note: '{count}'}}]"))
    first, second = desk.ticket(count=1), desk.ticket(count=2)
    desk.work()
    desk.work(hours=24)
    desk.change(first, count=0)
    desk.change(second, count=1)
    desk.work(hours=24)
    assert [each.record_id for each in desk.world.traces("ticket", second)] == [second]
    same = rule("r", "{every: day at 08:00, where: count = 1 or count = 7}", "[{set: {note: '{count}'}}]")
    assert told(tried(desk, tmp_path, same)) == []
    found = tried(desk, tmp_path, rule("r", "{every: day at 08:00, where: count = 2}", "[{set: {note: x}}]"))
    assert sorted(told(found)) == [
        ("button or call", "runs no more", first),
        ("button or call", "runs no more", second),
        ("clock", "runs now", second),
    ]


def test_a_time_before_what_stood_in_a_field_comes_when_it_would_have_come(
    live: Live, tmp_path: Path
) -> None:
    desk = live(rule("r", "{time: 1 day before due_at}", "[{set: {note: a}}]"))
    key = desk.ticket(due_at=NOW + timedelta(days=9))
    desk.work()
    desk.work(days=1)
    desk.change(key, due_at=NOW + timedelta(days=5))
    desk.work(days=6)
    found = tried(desk, tmp_path, rule("r", "{time: 2 days before due_at}", "[{set: {note: a}}]"))
    assert [(each.began, each.kind, each.at) for each in found.differences] == [
        ("clock", "runs now", NOW + timedelta(days=3)),
        ("button or call", "runs no more", NOW + timedelta(days=7)),
    ]


def test_linked_records_are_read_as_they_were(live: Live, tmp_path: Path) -> None:
    desk = live(rule("r", "{changed: note}", "[{set: {subject: a}}]"))
    customer = desk.world.create("customer", name="Budi", tier="gold").id
    key = desk.ticket(customer=customer)
    desk.work(hours=1)
    desk.change(customer, "customer", tier="silver")
    desk.ticket(customer=customer)
    found = tried(desk, tmp_path, rule("r", "created", "[{set: {note: a}}]", more="if: customer.tier = gold"))
    assert told(found) == [("write", "runs now", key)]


def test_records_say_when_they_were_last_changed_by_then(live: Live, tmp_path: Path) -> None:
    desk = live(rule("r", "{changed: note}", "[{set: {subject: a}}]"))
    idle = desk.ticket()
    busy = desk.ticket()
    desk.work(days=2)
    desk.change(busy, count=1)
    desk.work(days=2)
    desk.change(idle, count=1)
    desk.work(days=1)
    new = rule("r", "{every: day at 08:00, where: updated_at < now() - 3 days}", "[{set: {note: a}}]")
    found = tried(desk, tmp_path, new)
    assert told(found) == [("clock", "runs now", idle)]
    assert found.differences[0].at == datetime(2026, 11, 25, 1, tzinfo=UTC)


def test_records_on_a_server_are_copied_into_a_file(postgresql: Server, tmp_path: Path) -> None:
    platform = postgresql.platform()
    desk = Desk(
        make_world(tmp_path / "old", *PLAIN, HOOK, rule("r", "created", "[{set: {note: a}}]"), platform)
    )
    key = desk.ticket()
    desk.delete(desk.ticket())
    found = tried(desk, tmp_path, rule("r", "created", "[{set: {note: b}}]"), platform)
    assert (found.occasions, [each.kind for each in found.differences]) == (
        {"write": 2, "deletion": 1},
        ["does other things", "does other things"],
    )
    assert desk.value(key) == "a"
    desk.world.crm.close()


def test_a_rule_about_no_record_is_begun_by_the_clock_alone(live: Live, tmp_path: Path) -> None:
    desk = live("workflow: r\nwhen: every day at 08:00\ndo: [{create: task, set: {subject: a}}]\n")
    desk.work()
    for _ in range(2):
        desk.work(hours=24)

    found = tried(
        desk, tmp_path, "workflow: r\nwhen: every day at 08:00\ndo: [{create: task, set: {subject: b}}]\n"
    )

    assert found.occasions == {"clock": 2}
    assert told(found) == [("clock", "does other things", "")] * 2
