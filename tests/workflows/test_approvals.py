"""Approvals: from the write that asks for one to the word that ends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest

from relasi.errors import Forbidden, Invalid, NotFound, Refused
from relasi.records import Actor, Record
from relasi.runtime import open_model, worker_of
from relasi.store.absences import Absence
from relasi.store.traces import Trace
from relasi.store.users import Post
from relasi.workflows.approvals import Asked
from tests.records.world import NOW, World, compiled

Build = Callable[..., World]

SETTINGS = """
crm: 1
name: Test
languages: [en, id]
currency: EUR
time_zone: Asia/Jakarta
calendars:
  office: {hours: {mon-fri: ["09:00-17:00"]}}
"""
ROLES = """
roles:
  rep: {}
  manager: {includes: [rep]}
  finance: {}
  director: {}
  admin: {everything: true}
"""
TEAMS = "teams: {sales: {}, west: {below: sales}}"
DEAL = """
entity: deal
fields:
  name: text
  amount: money
  note: text
  checker: user
  outcome: text
access:
  rep: {read: all, create: true, update: all}
  finance: {read: all}
  director: {read: all}
"""


class Office:
    """People around one rule that asks for approval of every new deal."""

    def __init__(self, build: Build, approve: str, more: str = "", texts: Sequence[str] = ()) -> None:
        rule = f"""
workflow: big
label: {{en: Large deals, id: Kesepakatan besar}}
entity: deal
when: created
do:
  - approve: {approve}
    approved:
      - set: {{outcome: approved}}
    rejected:
      - set: {{outcome: rejected}}
{more}
"""
        self.world = build(SETTINGS, ROLES, TEAMS, DEAL, rule, *texts)
        self.rep = self.world.actor("rita", "rep")
        self.mona = self.world.actor("mona", "manager")
        self.max = self.world.actor("max", "manager")
        self.finn = self.world.actor("finn", "finance")
        self.dora = self.world.actor("dora", "director")
        self.worker = worker_of(self.world.crm)

    def deal(self, amount: int = 100, by: Actor | None = None) -> Record:
        return self.world.crm.records.create(by or self.rep, "deal", {"name": "Pump", "amount": amount})

    def asked(self, actor: Actor) -> list[Asked]:
        return list(self.world.crm.approvals.inbox(actor))

    def open(self, deal: Record) -> Asked:
        (found,) = self.world.crm.approvals.on(self.world.engine, "deal", deal.id)
        return found

    def decide(self, actor: Actor, deal: Record, verdict: Any = "approved", comment: str = "") -> None:
        seen = self.open(deal)
        self.world.crm.approvals.decide(actor, seen.approval.id, seen.approval.level, verdict, comment)

    def outcome(self, deal: Record) -> object:
        return self.world.values("deal", deal.id)["outcome"]

    def trace(self, deal: Record) -> Trace:
        return self.world.traces("deal", deal.id)[0]

    def events(self, deal: Record) -> list[Mapping[str, Any]]:
        return [step for step in self.trace(deal).steps if step["step"] == "approve"]

    def send_away(self, name: str, delegate: str) -> None:
        day = NOW.date()
        absence = Absence("away-" + name, f"u-{name}", day, day, f"u-{delegate}", None, NOW)
        with self.world.crm.store.session() as session:
            session.absences.add(absence)

    def told(self, name: str) -> list[str]:
        with self.world.crm.store.session(write=False) as session:
            return [each.title["en"] for each in reversed(session.notifications.of(f"u-{name}"))]

    def pass_time(self, until: datetime) -> None:
        self.world.clock.now = until
        self.worker.drain()


def names(actors: frozenset[str]) -> set[str]:
    return {each.removeprefix("u-") for each in actors}


class TestWord:
    def test_the_rule_waits_for_those_who_are_asked(self, build: Build) -> None:
        office = Office(build, "{by: role.manager}")
        deal = office.deal()
        assert office.outcome(deal) is None
        assert office.trace(deal).outcome == "waiting"
        assert names(office.open(deal).waits_for) == {"mona", "max"}
        assert [each.approval.record_id for each in office.asked(office.mona)] == [deal.id]
        assert office.asked(office.finn) == []

    def test_one_word_is_enough_and_its_steps_come_with_it(self, build: Build) -> None:
        office = Office(build, "{by: role.manager}")
        deal = office.deal()
        office.decide(office.mona, deal, comment="fine")
        assert office.outcome(deal) == "approved"
        assert office.asked(office.max) == []
        assert {**office.events(deal)[-1], "at": ""} == {
            "step": "approve",
            "path": "do.0",
            "event": "approved",
            "user": "u-mona",
            "on_behalf_of": [],
            "comment": "fine",
            "outcome": "approved",
            "at": "",
        }

    def test_a_refusal_needs_a_reason_and_goes_the_other_way(self, build: Build) -> None:
        office = Office(build, "{by: role.manager}")
        deal = office.deal()
        with pytest.raises(Refused) as caught:
            office.decide(office.mona, deal, "rejected", "  ")
        assert caught.value.code == "approval_needs_comment"
        office.decide(office.mona, deal, "rejected", "too cheap")
        assert office.outcome(deal) == "rejected"

    def test_who_is_not_asked_cannot_decide(self, build: Build) -> None:
        office = Office(build, "{by: role.manager}")
        deal = office.deal()
        for actor in (office.finn, office.rep, office.world.actor("ada", "admin")):
            with pytest.raises(Forbidden):
                office.decide(actor, deal)
        assert office.outcome(deal) is None

    def test_the_second_of_two_at_once_is_told_who_was_first(self, build: Build) -> None:
        office = Office(build, "{by: role.manager}")
        deal = office.deal()
        seen = office.open(deal).approval
        office.decide(office.mona, deal)
        with pytest.raises(Refused) as caught:
            office.world.crm.approvals.decide(office.max, seen.id, seen.level, "rejected", "no")
        assert (caught.value.code, caught.value.params["by"]) == ("approval_decided", "Mona")
        assert office.outcome(deal) == "approved"

    def test_what_the_approval_brings_about_is_done_for_whoever_asked(self, build: Build) -> None:
        office = Office(build, "{by: role.manager}")
        deal = office.deal()
        office.decide(office.mona, deal)
        last = office.world.changes("deal", deal.id)[-1]
        assert (last.rule, last.on_behalf_of) == ("big", "u-rita")

    def test_a_step_that_fails_afterwards_keeps_the_decision_and_shows_the_run(self, build: Build) -> None:
        office = Office(build, "{by: role.manager}", more="  - set: {amount: 9999999999999999.0 * 10}")
        deal = office.deal()
        office.decide(office.mona, deal)
        assert office.outcome(deal) is None
        assert office.trace(deal).outcome == "failed"
        with office.world.crm.store.session(write=False) as session:
            (approval,) = session.approvals.on("deal", deal.id)
            assert [each.user_id for each in session.approvals.decisions([approval.id])] == ["u-mona"]

    def test_nobody_to_ask_fails_the_rule_and_keeps_the_record(self, build: Build) -> None:
        office = Office(build, "{by: team.west}")
        deal = office.deal()
        trace = office.trace(deal)
        assert trace.outcome == "failed"
        assert trace.error is not None
        assert "not enough people" in trace.error["en"]

    def test_people_are_named_by_team_and_by_field_too(self, build: Build) -> None:
        office = Office(build, "{by: [tree.sales, checker]}")
        with office.world.crm.store.session() as session:
            session.users.place("u-max", Post("west"))
        deal = office.world.crm.records.create(office.rep, "deal", {"name": "x", "checker": "u-finn"})
        assert names(office.open(deal).waits_for) == {"max", "finn"}
        assert [len(office.asked(each)) for each in (office.max, office.finn, office.mona)] == [1, 1, 0]


class TestTogether:
    def test_of_many_who_speak_in_the_same_moment_one_decides_and_the_others_are_told(
        self, build: Build
    ) -> None:
        office = Office(build, "{by: role.manager}")
        people = [office.mona, office.max, *(office.world.actor(f"m{n}", "manager") for n in range(6))]
        deal = office.deal()
        seen = office.open(deal).approval
        ready = Barrier(len(people))

        def speak(actor: Actor) -> str:
            ready.wait()
            try:
                office.world.crm.approvals.decide(actor, seen.id, seen.level, "approved")
            except Refused as error:
                return error.code
            return "decided"

        with ThreadPoolExecutor(len(people)) as pool:
            answers = list(pool.map(speak, people))
        assert sorted(answers) == ["approval_decided"] * (len(people) - 1) + ["decided"]
        with office.world.crm.store.session(write=False) as session:
            assert len(session.approvals.decisions([seen.id])) == 1

    def test_a_run_keeps_to_the_definition_that_asked(self, build: Build) -> None:
        office = Office(build, "{by: role.manager}")
        deal = office.deal()
        root = office.world.crm.root
        model = compiled(root, (SETTINGS, ROLES, TEAMS, DEAL, CHANGED))
        later = World(open_model(root, model, clock=office.world.clock), office.world.clock, office.world.ids)
        (seen,) = later.crm.approvals.on(later.engine, "deal", deal.id)
        assert names(seen.waits_for) == {"mona", "max"}
        later.crm.approvals.decide(office.mona, seen.approval.id, 0, "approved")
        assert office.outcome(deal) == "approved"
        later.crm.close()


CHANGED = """
workflow: big
entity: deal
when: created
do:
  - approve: {by: role.director}
    approved:
      - set: {outcome: approved anew}
"""


class TestFourEyes:
    def test_whoever_asked_has_no_voice(self, build: Build) -> None:
        office = Office(build, "{by: role.manager}")
        deal = office.deal(by=office.mona)
        assert office.asked(office.mona) == []
        with pytest.raises(Forbidden):
            office.decide(office.mona, deal)
        office.decide(office.max, deal)
        assert office.outcome(deal) == "approved"

    def test_not_even_for_somebody_absent(self, build: Build) -> None:
        office = Office(build, "{by: role.director}")
        office.send_away("dora", "rita")
        assert names(office.open(office.deal()).waits_for) == {"dora"}

    def test_it_can_be_left_out(self, build: Build) -> None:
        office = Office(build, "{by: role.manager, four_eyes: false}")
        deal = office.deal(by=office.mona)
        office.decide(office.mona, deal)
        assert office.outcome(deal) == "approved"


class TestSeveral:
    def test_all_have_to_agree(self, build: Build) -> None:
        office = Office(build, "{by: [role.manager, role.finance], of: all}")
        deal = office.deal()
        for actor in (office.mona, office.finn):
            office.decide(actor, deal)
            assert office.outcome(deal) is None
        office.decide(office.max, deal)
        assert office.outcome(deal) == "approved"

    def test_so_many_of_them_have_to_agree(self, build: Build) -> None:
        office = Office(build, "{by: [role.manager, role.finance], of: 2}")
        deal = office.deal()
        office.decide(office.mona, deal)
        with pytest.raises(Forbidden) as caught:
            office.decide(office.mona, deal)
        assert caught.value.code == "approval_spoken"
        office.decide(office.finn, deal)
        assert office.outcome(deal) == "approved"

    def test_one_refusal_ends_it(self, build: Build) -> None:
        office = Office(build, "{by: role.manager, of: all}")
        deal = office.deal()
        office.decide(office.mona, deal)
        office.decide(office.max, deal, "rejected", "no")
        assert office.outcome(deal) == "rejected"

    def test_one_of_each_group_has_to_agree_in_whatever_order(self, build: Build) -> None:
        office = Office(build, "{by: [role.manager, role.finance], of: each}")
        deal = office.deal()
        office.decide(office.max, deal)
        assert names(office.open(deal).waits_for) == {"finn"}, "the managers have had their say"
        office.decide(office.finn, deal)
        assert office.outcome(deal) == "approved"

    def test_a_group_without_anybody_cannot_be_asked(self, build: Build) -> None:
        office = Office(build, "{by: [role.manager, team.west], of: each}")
        assert office.trace(office.deal()).outcome == "failed"

    def test_more_than_there_are_cannot_be_asked_for(self, build: Build) -> None:
        office = Office(build, "{by: role.director, of: 2}")
        assert office.trace(office.deal()).outcome == "failed"


LEVELS = """
      levels:
        - {by: role.manager, label: Sales}
        - {by: role.finance, if: amount > 500, label: Finance}
        - {by: role.director, if: amount > 1000}
"""


class TestLevels:
    @pytest.mark.parametrize(("amount", "asked"), [(100, "m"), (700, "mf"), (5000, "mfd")])
    def test_the_amount_decides_how_far_up_it_goes(self, build: Build, amount: int, asked: str) -> None:
        office = Office(build, LEVELS)
        deal = office.deal(amount)
        people = {"m": office.mona, "f": office.finn, "d": office.dora}
        for letter in asked:
            assert office.outcome(deal) is None
            assert [each.approval.record_id for each in office.asked(people[letter])] == [deal.id]
            office.decide(people[letter], deal)
        assert office.outcome(deal) == "approved"

    def test_nobody_above_is_asked_before_it_is_their_turn(self, build: Build) -> None:
        office = Office(build, LEVELS)
        deal = office.deal(5000)
        assert office.asked(office.finn) == []
        with pytest.raises(Forbidden):
            office.decide(office.finn, deal)

    def test_the_word_counts_only_at_the_level_that_was_seen(self, build: Build) -> None:
        office = Office(build, "{levels: [{by: role.manager}, {by: role.manager}]}")
        deal = office.deal()
        seen = office.open(deal).approval
        office.decide(office.mona, deal)
        with pytest.raises(Refused):
            office.world.crm.approvals.decide(office.max, seen.id, seen.level, "approved")
        assert office.open(deal).approval.level == 1

    def test_a_record_that_needs_no_level_goes_on_at_once(self, build: Build) -> None:
        office = Office(build, "{levels: [{by: role.director, if: amount > 1000}]}")
        deal = office.deal(10)
        assert office.outcome(deal) == "approved"
        assert office.events(deal)[0]["event"] == "not_needed"


class TestAbsence:
    def test_the_delegate_decides_on_behalf_of_whoever_is_away(self, build: Build) -> None:
        office = Office(build, "{by: role.director}")
        office.send_away("dora", "finn")
        deal = office.deal()
        (seen,) = office.asked(office.finn)
        assert seen.for_others == ("u-dora",)
        office.decide(office.finn, deal)
        assert office.outcome(deal) == "approved"
        assert (office.events(deal)[-1]["user"], office.events(deal)[-1]["on_behalf_of"]) == (
            "u-finn",
            ["u-dora"],
        )

    def test_a_delegate_who_is_asked_too_speaks_for_both_where_all_are_needed(self, build: Build) -> None:
        office = Office(build, "{by: [role.director, role.finance], of: all}")
        office.send_away("dora", "finn")
        deal = office.deal()
        office.decide(office.finn, deal)
        assert office.outcome(deal) == "approved"

    def test_one_person_is_one_voice_where_a_number_is_needed(self, build: Build) -> None:
        office = Office(build, "{by: [role.director, role.finance, role.manager], of: 2}")
        office.send_away("dora", "finn")
        deal = office.deal()
        office.decide(office.finn, deal)
        assert office.outcome(deal) is None
        office.decide(office.mona, deal)
        assert office.outcome(deal) == "approved"


class TestWithdrawal:
    def test_whoever_asked_takes_it_back_and_the_run_ends(self, build: Build) -> None:
        office = Office(build, "{by: role.manager}", more="  - set: {note: went on}")
        deal = office.deal()
        assert [each.approval.record_id for each in office.world.crm.approvals.requested(office.rep)] == [
            deal.id
        ]
        office.decide(office.rep, deal, "withdrawn")
        assert office.asked(office.mona) == []
        assert (office.outcome(deal), office.world.values("deal", deal.id)["note"]) == (None, None)
        assert office.trace(deal).outcome == "ran"

    def test_others_cannot(self, build: Build) -> None:
        office = Office(build, "{by: role.manager}")
        deal = office.deal()
        with pytest.raises(Forbidden):
            office.decide(office.mona, deal, "withdrawn")


class TestChanges:
    APPROVE = "{levels: [{by: role.manager, if: amount > 0}]}"

    def test_what_is_decided_on_cannot_be_changed_meanwhile(self, build: Build) -> None:
        office = Office(build, self.APPROVE)
        deal = office.deal()
        with pytest.raises(Invalid) as caught:
            office.world.crm.records.update(office.rep, "deal", deal.id, deal.version, {"amount": 5})
        assert [(issue.field, issue.code) for issue in caught.value.issues] == [("amount", "awaits_decision")]
        office.world.crm.records.update(
            office.rep, "deal", deal.id, deal.version, {"note": "other fields can"}
        )

    def test_the_form_says_so_before_anybody_tries(self, build: Build) -> None:
        office = Office(build, self.APPROVE)
        deal = office.deal()
        records = office.world.crm.records

        during = records.form_state(office.rep, "deal", deal.values, record=deal)
        office.decide(office.mona, deal)
        afterwards = records.form_state(office.rep, "deal", deal.values, record=deal)

        assert (set(during.awaited), "amount" in during.read_only) == ({"amount"}, True)
        assert (afterwards.awaited, "amount" in afterwards.read_only) == ({}, False)

    def test_moves_wait_for_what_is_decided_about_the_state(self, build: Build) -> None:
        trip = """
entity: trip
fields: {name: text}
process:
  states: {asked: {}, gone: {}}
  moves: {leave: {from: [asked], to: gone}}
access: {rep: {read: all, create: true, update: all}}
"""
        asks = """
workflow: trips
entity: trip
when: created
do:
  - approve: {by: role.manager, fields: [status]}
"""
        office = Office(build, self.APPROVE, texts=(trip, asks))
        records, approvals = office.world.crm.records, office.world.crm.approvals
        record = records.create(office.rep, "trip", {"name": "Bandung"})

        (closed,) = records.allowed(office.rep, record).closed
        (found,) = approvals.on(office.world.engine, "trip", record.id)
        approvals.decide(office.mona, found.approval.id, found.approval.level, "approved", "")
        after = records.allowed(office.rep, records.get(office.rep, "trip", record.id))

        assert (closed.move.name, closed.why.code) == ("leave", "move_awaits")
        assert ([each.name for each in after.moves], after.closed) == (["leave"], ())

    def test_afterwards_it_can(self, build: Build) -> None:
        office = Office(build, self.APPROVE)
        deal = office.deal()
        office.decide(office.mona, deal)
        version = office.world.values("deal", deal.id)["version"]
        office.world.crm.records.update(office.rep, "deal", deal.id, version, {"amount": 5})

    def test_or_the_change_asks_everybody_anew(self, build: Build) -> None:
        office = Office(build, "{by: [role.manager], of: all, fields: [amount], when_changed: restart}")
        deal = office.deal()
        office.decide(office.mona, deal)
        office.world.crm.records.update(office.rep, "deal", deal.id, deal.version, {"amount": 5})
        office.worker.drain()
        assert names(office.open(deal).waits_for) == {"mona", "max"}
        with office.world.crm.store.session(write=False) as session:
            assert [each.status for each in session.approvals.on("deal", deal.id)] == ["open", "restarted"]

    def test_a_deleted_record_waits_for_nobody(self, build: Build) -> None:
        office = Office(build, "{by: role.manager}")
        deal = office.deal()
        office.world.crm.records.delete(office.world.engine, "deal", deal.id, deal.version)
        office.worker.drain()
        assert office.asked(office.mona) == []

    def test_a_cancelled_run_waits_for_nobody(self, build: Build) -> None:
        office = Office(build, "{by: role.manager}")
        deal = office.deal()
        seen = office.open(deal).approval
        office.world.crm.workflows.cancel(seen.run_id, office.world.engine)
        assert office.asked(office.mona) == []
        with pytest.raises(Refused):
            office.world.crm.approvals.decide(office.mona, seen.id, 0, "approved")


FRIDAY = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
"""15:00 in Jakarta: two working hours are left of the week."""


MESSAGE = """
message: wanted
entity: deal
subject: "Deal {name}"
body: "{name} is worth {amount}."
"""


class TestTime:
    APPROVE = (
        "{by: role.manager, remind: 1 working day, escalate: {after: 2 working days, to: role.director}}"
    )

    def office(self, build: Build) -> tuple[Office, Record]:
        office = Office(build, self.APPROVE)
        office.world.clock.now = FRIDAY
        return office, office.deal()

    def test_people_are_reminded_after_working_time(self, build: Build) -> None:
        office, _ = self.office(build)
        office.pass_time(FRIDAY + timedelta(days=2, hours=23))
        assert office.told("mona") == []
        office.pass_time(FRIDAY + timedelta(days=3))
        assert office.told("mona") == ["Approval: your decision is still needed"]
        assert office.told("max") == office.told("mona")

    def test_then_somebody_above_may_decide_alone(self, build: Build) -> None:
        office, deal = self.office(build)
        office.pass_time(FRIDAY + timedelta(days=3))
        assert office.asked(office.dora) == []
        office.pass_time(FRIDAY + timedelta(days=4))
        assert office.told("dora") == ["Approval: overdue, you may decide now"]
        assert [each.approval.record_id for each in office.asked(office.dora)] == [deal.id]
        office.decide(office.dora, deal)
        assert office.outcome(deal) == "approved"

    def test_those_who_were_asked_first_still_may(self, build: Build) -> None:
        office, deal = self.office(build)
        office.pass_time(FRIDAY + timedelta(days=4))
        office.decide(office.max, deal)
        assert office.outcome(deal) == "approved"

    def test_nobody_is_told_after_the_end(self, build: Build) -> None:
        office, deal = self.office(build)
        office.decide(office.mona, deal)
        office.pass_time(FRIDAY + timedelta(days=30))
        assert office.told("max") == []

    def test_whoever_asked_is_told_what_became_of_it(self, build: Build) -> None:
        office, deal = self.office(build)
        office.decide(office.mona, deal, "rejected", "no")
        assert office.told("rita") == ["Approval: rejected"]


def test_a_message_tells_each_what_they_may_read(build: Build) -> None:
    office = Office(build, "{by: [role.manager, team.west], message: wanted}", texts=[MESSAGE])
    office.world.user("nell")
    with office.world.crm.store.session() as session:
        session.users.place("u-nell", Post("west"))
    office.deal()
    assert office.told("mona") == ["Approval: your decision is needed"]
    with office.world.crm.store.session(write=False) as session:
        bodies = {key: session.notifications.of(key)[0].body.get("en") for key in ("u-mona", "u-nell")}
    assert bodies == {"u-mona": "Pump is worth €100.00.", "u-nell": None}


def test_what_may_not_be_read_has_no_approvals(build: Build) -> None:
    office = Office(build, "{by: role.manager}")
    deal = office.deal()
    with pytest.raises(NotFound):
        office.world.crm.approvals.on(office.world.actor("nell"), "deal", deal.id)
