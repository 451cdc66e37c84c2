"""`for each` over many: batches, conditions that records hold, and people whose word counts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.records.world import World
from tests.workflows.desk import SETTINGS, Desk

Build = Callable[..., World]

CRM = SETTINGS + "purposes: {news: {consent: required}}\n"
ROLES = "roles: {agent: {}}\n"
READER = """
entity: reader
person: true
purpose: service
fields:
  name: {type: text, personal: true}
  email: {type: email, personal: true}
  city: text
  wants: {type: boolean, default: false}
access: {agent: {read: all}}
"""
ISSUE = """
entity: issue
fields:
  name: text
  who: {type: expression, of: reader}
  copies: {type: rollup, of: copy.issue, count: true}
access: {agent: {read: all, create: true, update: all}}
"""
COPY = """
entity: copy
fields:
  issue: {type: link, to: issue, on_delete: cascade}
  reader: {type: link, to: reader, on_delete: cascade}
  note: text
access: {agent: {read: all}}
"""
AGREE = """
workflow: agree
entity: reader
when: [created]
if: wants
do: [{consent: {of: email, purpose: news, given: wants, wording: 'Yes'}}]
"""


def sending(keys: str, body: str = "create: copy, set: {issue: record, reader: this}") -> str:
    return (
        "workflow: send\nentity: issue\nwhen: created\n"
        f"do: [{{for each: reader, {keys}, do: [{{{body}}}]}}, {{set: {{name: sent}}}}]\n"
    )


def desk(build: Build, rule: str, *more: str) -> Desk:
    return Desk(build(CRM, ROLES, READER, ISSUE, COPY, rule, *more))


def readers(desk: Desk, count: int, **values: object) -> None:
    for number in range(count):
        desk.world.create("reader", name=f"R{number}", email=f"r{number}@x.example", **values)


def copies(desk: Desk, key: str) -> int:
    return int(desk.value(key, "copies", "issue"))


def test_the_first_batch_is_made_in_the_moment_and_the_others_follow(build: Build) -> None:
    crm = desk(build, sending("at_once: 2"))
    readers(crm, 5)
    key = crm.world.create("issue", name="May").id
    assert (copies(crm, key), crm.value(key, "name", "issue")) == (2, "May")
    crm.work()
    assert (copies(crm, key), crm.value(key, "name", "issue")) == (5, "sent")
    told = crm.trace(key, "issue").steps
    assert [step["count"] for step in told if step["step"] == "for each"] == [2, 2, 1]


def test_a_pace_is_kept_between_batches(build: Build) -> None:
    crm = desk(build, sending("at_once: 2, every: 10 minutes"))
    readers(crm, 5)
    key = crm.world.create("issue", name="May").id
    seen = []
    for _ in range(3):
        crm.work(minutes=5)
        seen.append(copies(crm, key))
    assert seen == [2, 4, 4]


def test_a_batch_that_fails_is_undone_and_goes_on_where_it_was(build: Build) -> None:
    body = "create: copy, set: {issue: record, reader: this, note: '{city}'}"
    guarded = COPY + 'refuse: {bad: {when: note = "bad", message: Bad}}\n'
    crm = Desk(build(CRM, ROLES, READER, ISSUE, guarded, sending("at_once: 2", body)))
    readers(crm, 3)
    bad = crm.world.create("reader", name="Bad", email="bad@x.example", city="bad").id
    key = crm.world.create("issue", name="May").id
    crm.work()
    assert copies(crm, key) == 2
    crm.change(bad, "reader", city="good")
    crm.world.crm.workflows.retry(crm.runs()[0].id, crm.world.engine)
    crm.work()
    assert (copies(crm, key), crm.value(key, "name", "issue")) == (4, "sent")


def test_what_the_steps_make_is_not_gone_through(build: Build) -> None:
    crm = desk(build, sending("at_once: 2", "create: reader, set: {name: name}"))
    readers(crm, 3)
    crm.world.create("issue", name="May")
    crm.work()
    assert len(crm.world.rows("reader")) == 6


def test_waits_of_one_batch_do_not_hold_up_the_next(build: Build) -> None:
    rule = sending("at_once: 2", "wait: 1 day").replace(
        "[{wait: 1 day}]", "[{wait: 1 day}, {create: copy, set: {issue: record, reader: this}}]"
    )
    crm = desk(build, rule)
    readers(crm, 3)
    key = crm.world.create("issue", name="May").id
    crm.work(hours=1)
    assert (copies(crm, key), crm.value(key, "name", "issue")) == (0, "May")
    crm.work(days=1)
    assert (copies(crm, key), crm.value(key, "name", "issue")) == (3, "sent")


def test_a_second_step_begins_at_its_own_beginning(build: Build) -> None:
    twice = sending("at_once: 2").replace(
        "{set:", "{for each: reader, at_once: 2, do: [{set: {city: Solo}}]}, {set:"
    )
    crm = desk(build, twice)
    readers(crm, 3)
    key = crm.world.create("issue", name="May").id
    crm.work()
    assert (copies(crm, key), {row["city"] for row in crm.world.rows("reader")}) == (3, {"Solo"})


class TestChosenBy:
    def test_those_are_taken_that_meet_what_the_record_says(self, build: Build) -> None:
        crm = desk(build, sending("chosen by: who"))
        readers(crm, 2, city="Bogor")
        readers(crm, 3, city="Solo")
        key = crm.world.create("issue", name="May", who='city = "Bogor"').id
        assert copies(crm, key) == 2

    def test_an_empty_condition_chooses_nobody_and_says_so(self, build: Build) -> None:
        crm = desk(build, sending("chosen by: who"))
        key = crm.world.create("issue", name="May").id
        assert crm.trace(key, "issue").outcome == "failed"


def test_only_whoever_agrees_is_taken_for_a_purpose(build: Build) -> None:
    crm = desk(build, sending("purpose: news"), AGREE)
    readers(crm, 1)
    crm.world.create("reader", name="Yes", email="yes@x.example", wants=True)
    key = crm.world.create("issue", name="May").id
    assert copies(crm, key) == 1


@pytest.mark.parametrize(("keys", "made"), [("", 4), (", unless there: [issue, reader]", 2)])
def test_no_record_is_made_where_it_is_there(build: Build, keys: str, made: int) -> None:
    rule = sending("at_once: 9", "create: copy, set: {issue: record, reader: this}" + keys)
    crm = desk(build, rule.replace("when: created", "when: [created, {changed: who}]"))
    readers(crm, 2)
    key = crm.world.create("issue", name="May").id
    crm.change(key, "issue", who="name is not empty")
    assert copies(crm, key) == made
