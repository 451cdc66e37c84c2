"""Registering a partner, from the application to the account: scored, approved on two levels, welcomed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from relasi.records import Actor, Record
from tests.records.world import World

Build = Callable[..., World]

ROLES = """
roles:
  clerk: {}
  channel_manager: {includes: [clerk]}
  director: {}
"""
APPLICATION = """
entity: application
fields:
  company: {type: text, required: true}
  years: {type: number, default: 0}
  staff: {type: number, default: 0}
  has_licence: boolean
  score: {type: formula, value: "min(years, 10) * 3 + min(staff, 20) + if(has_licence, 40, 0)"}
  level: {type: choice, options: [silver, gold]}
  decision: text
process:
  states:
    received: {kind: open}
    accepted: {kind: done}
    declined: {kind: done}
  moves:
    accept: {from: [received], to: accepted}
    decline: {from: [received], to: declined}
access:
  clerk: {read: all, create: true, update: all}
  director: {read: all}
"""
ACCOUNT = """
entity: partner_account
fields:
  name: text
  level: {type: choice, options: [silver, gold]}
  application: {type: link, to: application}
"""
TRAINING = """
entity: enrolment
fields:
  account: {type: link, to: partner_account}
  course: text
"""
RULE = """
workflow: register_partner
entity: application
when: created
do:
  - if: score < 30
    then:
      - set: {decision: Too few points}
      - move: decline
      - stop: "{company} has {score} points"
  - set: {level: 'if(score >= 60, gold, silver)'}
  - approve:
      label: {en: New partner, id: Mitra baru}
      levels:
        - {by: role.channel_manager, label: Channel}
        - {by: role.director, label: Board, if: score >= 50}
      fields: [company, years, staff, has_licence]
    approved:
      - move: accept
      - create: partner_account
        set: {name: "{company}", level: level, application: record}
    rejected:
      - set: {decision: Declined by a manager}
      - move: decline
"""
ENROL = """
workflow: enrol
entity: partner_account
when: created
do:
  - create: enrolment
    set: {account: record, course: Welcome to our products}
"""


class Registration:
    def __init__(self, build: Build) -> None:
        self.world = build(ROLES, APPLICATION, ACCOUNT, TRAINING, RULE, ENROL)
        self.clerk = self.world.actor("cici", "clerk")
        self.manager = self.world.actor("made", "channel_manager")
        self.director = self.world.actor("dian", "director")

    def apply(self, **values: object) -> Record:
        return self.world.crm.records.create(self.clerk, "application", {"company": "PT Mitra", **values})

    def decide(self, actor: Actor, verdict: str = "approved", comment: str = "") -> None:
        (asked,) = self.world.crm.approvals.inbox(actor)
        approval = asked.approval
        self.world.crm.approvals.decide(actor, approval.id, approval.level, verdict, comment)  # type: ignore[arg-type]  # one of the words

    def state(self, record: Record) -> tuple[object, object]:
        values = self.world.values("application", record.id)
        return values["status"], values["decision"]


@pytest.fixture
def registration(build: Build) -> Registration:
    return Registration(build)


def test_a_good_application_passes_both_levels_and_gets_its_account(registration: Registration) -> None:
    application = registration.apply(years=10, staff=20, has_licence=True)
    registration.decide(registration.manager)
    assert registration.world.rows("partner_account") == []
    registration.decide(registration.director)
    (account,) = registration.world.rows("partner_account")
    assert (account["name"], account["level"]) == ("PT Mitra", "gold")
    (enrolment,) = registration.world.rows("enrolment")
    assert enrolment["account"] == account["id"]
    assert registration.state(application) == ("accepted", None)


def test_a_fair_one_needs_the_first_level_only(registration: Registration) -> None:
    registration.apply(years=5, staff=20)
    registration.decide(registration.manager)
    (account,) = registration.world.rows("partner_account")
    assert account["level"] == "silver"


def test_a_weak_one_is_declined_without_asking_anybody(registration: Registration) -> None:
    application = registration.apply(years=1)
    assert registration.state(application) == ("declined", "Too few points")
    assert registration.world.crm.approvals.inbox(registration.manager) == ()


def test_a_refusal_on_the_second_level_makes_no_account(registration: Registration) -> None:
    application = registration.apply(years=10, staff=20, has_licence=True)
    registration.decide(registration.manager)
    registration.decide(registration.director, "rejected", "a competitor")
    assert registration.state(application) == ("declined", "Declined by a manager")
    assert registration.world.rows("partner_account") == []
