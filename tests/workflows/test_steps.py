"""What each kind of step does to the records, and what its trace says of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from relasi.store.traces import Trace
from tests.records.world import NOW, SETTINGS, World

Build = Callable[..., World]

ROLES = """
roles:
  agent: {}
  lead: {includes: [agent]}
  clerk: {}
"""

CUSTOMER = """
entity: customer
fields:
  name: text
  visits: {type: number, default: 0}
"""

TICKET = """
entity: ticket
fields:
  subject: text
  count: {type: number, default: 0}
  amount: money
  share: {type: decimal, places: 1}
  rate: percent
  urgent: boolean
  due: date
  at: datetime
  opens: time
  effort: duration
  priority: {type: choice, options: [low, high]}
  tags: {type: multi_choice, options: [a, b]}
  customer: {type: link, to: customer}
  owner: user
  second: user
process:
  states: {new: {kind: open}, done: {kind: done}}
  moves: {finish: {from: [new], to: done}}
access:
  agent: {read: all, create: true}
"""

TASK = """
entity: task
fields:
  subject: text
  about: {type: link, to: [ticket, customer]}
  customer: {type: link, to: customer}
  owner: user
  due: datetime
  weight: {type: choice, options: [low, high]}
"""


def built(build: Build, do: str, when: str = "created") -> World:
    return build(ROLES, CUSTOMER, TICKET, TASK, f"workflow: act\nentity: ticket\nwhen: {when}\ndo: {do}\n")


def trace_of(world: World, key: str) -> Trace:
    return world.traces("ticket", key)[-1]


class TestSet:
    @pytest.mark.parametrize(("languages", "said"), [("en, id", "Call Budi"), ("id, en", "Telepon Budi")])
    def test_a_text_is_that_of_the_first_language_of_the_company(
        self, build: Build, languages: str, said: str
    ) -> None:
        do = '[{set: {subject: {en: "Call {subject}", id: "Telepon {subject}"}}}]'
        act = f"workflow: act\nentity: ticket\nwhen: created\ndo: {do}\n"
        settings = SETTINGS.replace("en, id", languages)

        world = build(settings, ROLES, CUSTOMER, TICKET, TASK, act)

        assert world.values("ticket", world.create("ticket", subject="Budi").id)["subject"] == said

    def test_a_value_of_every_kind_can_be_computed(self, build: Build) -> None:
        world = built(
            build,
            """
  - set:
      subject: "{subject}: {count} at {rate}"
      count: count + 1
      amount: amount * 2
      share: amount / 4
      urgent: amount > 1
      due: today() + 3 days
      at: now() + 24 hours
      effort: effort * 2
      priority: if(urgent, low, high)
      tags: tags
      owner: user
      second: owner
""",
        )
        ana = world.actor("ana")
        given = {
            "subject": "x",
            "count": 4,
            "amount": 6,
            "rate": 5,
            "effort": timedelta(hours=1),
            "tags": ["a"],
        }

        ticket = world.create("ticket", **given, owner=ana.user_id)

        values = world.values("ticket", ticket.id)
        assert trace_of(world, ticket.id).error is None
        assert {
            name: values[name] for name in ("subject", "count", "amount", "share", "urgent", "effort")
        } == {
            "subject": "x: 4 at 5%",
            "count": 5,
            "amount": Decimal(12),
            "share": Decimal("1.5"),
            "urgent": True,
            "effort": timedelta(hours=2),
        }
        assert (str(values["due"]), values["at"], values["priority"], values["second"]) == (
            "2026-11-24",
            NOW + timedelta(days=1),
            "high",
            "u-ana",
        )

    def test_the_trace_tells_the_values_as_they_are_kept(self, build: Build) -> None:
        world = built(build, "[{set: {count: count + 1, amount: amount * 2, due: today(), tags: tags}}]")
        ticket = world.create("ticket", amount=3, tags=["b", "a"]).id

        assert trace_of(world, ticket).steps == [
            {
                "step": "set",
                "path": "do.0",
                "values": {"count": 1, "amount": "6.00", "due": "2026-11-21", "tags": ["a", "b"]},
            }
        ]

    def test_a_value_that_its_field_refuses_fails_the_rule(self, build: Build) -> None:
        world = built(build, "[{set: {count: count / 2}}]")

        trace = trace_of(world, world.create("ticket", count=3).id)

        assert (trace.outcome, "whole number" in (trace.error or {})["en"]) == ("failed", True)

    def test_null_empties_a_field(self, build: Build) -> None:
        world = built(build, "[{set: {subject: null, count: null}}]")

        values = world.create("ticket", subject="x", count=3).values

        assert (values["subject"], values["count"]) == (None, None)

    def test_a_step_sees_what_the_steps_before_it_did(self, build: Build) -> None:
        world = built(build, "[{set: {count: count + 1}}, {set: {count: count + 1}}]")

        assert world.create("ticket").values["count"] == 2

    def test_what_is_that_way_already_is_no_write(self, build: Build) -> None:
        world = built(build, "[{set: {count: 0}}]")

        assert world.create("ticket").version == 1


class TestCreate:
    def test_a_record_is_made_of_the_one_that_triggered_it(self, build: Build) -> None:
        world = built(
            build,
            """
  - create: task
    set:
      subject: "About {subject}"
      about: record
      customer: customer
      owner: owner
      due: now() + 24 hours
      weight: high
""",
        )
        customer = world.create("customer", name="Maju").id
        ticket = world.create("ticket", subject="x", customer=customer, owner=world.user("ana")).id

        [task] = world.rows("task")
        made = {name: task[name] for name in ("subject", "about", "customer", "owner", "due", "weight")}
        assert made == {
            "subject": "About x",
            "about": f"ticket/{ticket}",
            "customer": customer,
            "owner": "u-ana",
            "due": NOW + timedelta(days=1),
            "weight": "high",
        }
        assert trace_of(world, ticket).steps[0]["id"] == task["id"]

    def test_a_link_can_be_handed_on_to_a_field_of_several_entities(self, build: Build) -> None:
        world = built(build, "[{create: task, set: {about: customer}}]")
        customer = world.create("customer").id

        for linked in (customer, None):
            world.create("ticket", customer=linked)

        assert [task["about"] for task in world.rows("task")] == [f"customer/{customer}", None]

    def test_it_may_start_in_any_state(self, build: Build) -> None:
        world = built(build, "[{create: ticket, set: {status: done}}]", when="updated")
        ticket = world.create("ticket").id

        world.crm.records.update(world.engine, "ticket", ticket, 1, {"count": 1})

        assert [row["status"] for row in world.rows("ticket")] == ["new", "done"]


class TestUpdate:
    DO = '[{update: customer, set: {visits: customer.visits + 1, name: "{customer.name} ({subject})"}}]'

    def test_the_record_behind_a_link_is_changed(self, build: Build) -> None:
        world = built(build, self.DO)
        customer = world.create("customer", name="Maju").id

        for subject in ("a", "b"):
            world.create("ticket", subject=subject, customer=customer)

        values = world.values("customer", customer)
        assert (values["visits"], values["name"], values["version"]) == (2, "Maju (a) (b)", 3)

    def test_an_empty_link_leads_nowhere(self, build: Build) -> None:
        world = built(build, self.DO)

        trace = trace_of(world, world.create("ticket").id)

        assert (trace.outcome, trace.steps) == (
            "ran",
            [{"step": "update", "path": "do.0", "entity": "customer", "link": "customer", "id": None}],
        )


class TestMove:
    RULE = "workflow: act\nentity: answer\nwhen: created\ndo: [{move: finish, of: ticket}]\n"
    ANSWER = "entity: answer\nfields: {ticket: {type: link, to: ticket}}\n"

    def test_the_record_behind_a_link_is_moved(self, build: Build) -> None:
        world = build(ROLES, CUSTOMER, TICKET, self.ANSWER, self.RULE)
        ticket = world.create("ticket").id

        world.create("answer", ticket=ticket)

        assert world.values("ticket", ticket)["status"] == "done"

    def test_an_empty_link_leads_nowhere(self, build: Build) -> None:
        world = build(ROLES, CUSTOMER, TICKET, self.ANSWER, self.RULE)

        trace = world.traces("answer", world.create("answer").id)[-1]

        assert (trace.outcome, trace.steps) == (
            "ran",
            [{"step": "move", "path": "do.0", "entity": "ticket", "move": "finish", "id": None}],
        )


class TestLink:
    DO = "[{{link: customer, where: name = record.subject{more}}}]"

    @pytest.mark.parametrize(
        ("more", "visits"), [("", None), (", sort: [visits]", 1), (", sort: [-visits]", 3)]
    )
    def test_of_several_the_first_in_the_order_asked_for(
        self, build: Build, more: str, visits: int | None
    ) -> None:
        world = built(build, self.DO.format(more=more))
        for each in (2, 1, 3):
            world.create("customer", name="Maju", visits=each)

        ticket = world.create("ticket", subject="Maju")

        found = world.values("ticket", ticket.id)["customer"]
        assert (world.values("customer", found)["visits"] if found else None) == visits


class TestAssign:
    def owners(self, world: World, count: int, **values: Any) -> list[str]:
        return [world.create("ticket", **values).values["owner"] for _ in range(count)]

    def test_round_robin_goes_round(self, build: Build) -> None:
        world = built(build, "[{assign: {to: role.agent, by: round_robin}}]")
        for name in ("ana", "ben", "cai"):
            world.user(name, "agent")

        assert self.owners(world, 5) == ["u-ana", "u-ben", "u-cai", "u-ana", "u-ben"]

    def test_those_whose_role_includes_it_take_part_and_nobody_else(self, build: Build) -> None:
        world = built(build, "[{assign: {to: role.agent, by: round_robin}}]")
        world.user("ana", "agent")
        world.user("lea", "lead")
        world.user("cleo", "clerk")

        assert set(self.owners(world, 4)) == {"u-ana", "u-lea"}

    def test_who_left_takes_no_turn(self, build: Build) -> None:
        world = built(build, "[{assign: {to: role.agent, by: round_robin}}]")
        for name in ("ana", "ben"):
            world.user(name, "agent")
        world.crm.accounts.disable("u-ana")

        assert self.owners(world, 2) == ["u-ben", "u-ben"]

    def test_the_least_busy_is_the_one_with_the_fewest_records(self, build: Build) -> None:
        world = built(
            build, "[{assign: {to: role.agent, busy: status.kind = open}}]", when="[{changed: count}]"
        )
        for name in ("ana", "ben"):
            world.user(name, "agent")
        self.owners(world, 2, owner="u-ana")
        self.owners(world, 1, owner="u-ben")
        ticket = world.create("ticket").id

        world.crm.records.update(world.engine, "ticket", ticket, 1, {"count": 1})

        assert world.values("ticket", ticket)["owner"] == "u-ben"
        assert trace_of(world, ticket).steps[0] == {
            "step": "assign",
            "path": "do.0",
            "user": "u-ben",
            "to": "role.agent",
            "why": {"by": "least_busy", "among": ["u-ana", "u-ben"], "load": {"u-ana": 2, "u-ben": 1}},
        }

    def test_what_does_not_count_as_work_is_not_counted(self, build: Build) -> None:
        world = built(
            build, "[{assign: {to: role.agent, busy: status.kind = open}}]", when="[{changed: count}]"
        )
        for name in ("ana", "ben"):
            world.user(name, "agent")
        for _ in range(3):
            done = world.create("ticket", owner="u-ana")
            world.crm.records.move(world.engine, "ticket", done.id, 1, move="finish")
        self.owners(world, 1, owner="u-ben")
        ticket = world.create("ticket").id

        world.crm.records.update(world.engine, "ticket", ticket, 1, {"count": 1})

        assert world.values("ticket", ticket)["owner"] == "u-ana"

    def test_among_equals_it_goes_round(self, build: Build) -> None:
        world = built(build, "[{assign: {to: role.agent}}]")
        for name in ("ana", "ben", "cai"):
            world.user(name, "agent")

        assert sorted(self.owners(world, 6)) == ["u-ana", "u-ana", "u-ben", "u-ben", "u-cai", "u-cai"]

    def test_another_field_may_get_the_person(self, build: Build) -> None:
        world = built(build, "[{assign: {to: role.agent, field: second}}]")
        world.user("ana", "agent")

        values = world.create("ticket").values

        assert (values["owner"], values["second"]) == (None, "u-ana")

    def test_nobody_in_the_role_fails_the_rule_and_keeps_the_record(self, build: Build) -> None:
        world = built(build, "[{set: {count: 1}}, {assign: {to: role.agent}}]")
        world.user("cleo", "clerk")

        ticket = world.create("ticket")

        trace = trace_of(world, ticket.id)
        assert (trace.outcome, ticket.values["count"]) == ("failed", 0)
        assert "agent" in (trace.error or {})["en"]

    def test_a_batch_is_spread_among_people(self, build: Build) -> None:
        world = built(build, "[{assign: {to: role.agent}}]")
        for name in ("ana", "ben"):
            world.user(name, "agent")

        with world.crm.records.work(world.engine) as work:
            work.create_many("ticket", [{} for _ in range(10)])

        assert [row["owner"] for row in world.rows("ticket")].count("u-ana") == 5


@pytest.mark.parametrize("step", ["{set: {subject: x}}", "{assign: {to: role.agent}}", "{create: task}"])
def test_every_step_is_on_behalf_of_the_person(build: Build, step: str) -> None:
    world = built(build, f"[{step}]")
    ana = world.actor("ana", "agent")

    ticket = world.crm.records.create(ana, "ticket", {})

    written = [
        *world.changes("ticket", ticket.id),
        *(world.changes("task", row["id"])[0] for row in world.rows("task")),
    ]
    assert [(each.rule, each.on_behalf_of) for each in written if each.rule] == [("act", "u-ana")]
