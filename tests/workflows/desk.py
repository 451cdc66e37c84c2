"""A small CRM for workflows that last, with a worker on a clock that stands still until it is put on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from relasi.records import Record
from relasi.runtime import worker_of
from relasi.store.runs import Run
from relasi.store.traces import Trace
from tests.records.world import World

Build = Callable[..., World]

SETTINGS = """
crm: 1
name: Test
languages: [en, id]
currency: EUR
time_zone: Asia/Jakarta
calendars:
  office: {hours: {mon-fri: ["08:00-12:00", "13:00-17:00"]}}
"""

ROLES = "roles:\n  agent: {}\n  boss: {includes: [agent]}\n  guest: {}\n"

CUSTOMER = """
entity: customer
fields:
  name: text
  tier: {type: choice, options: [silver, gold], default: silver}
access:
  agent: {read: all}
"""

TICKET = """
entity: ticket
fields:
  subject: text
  priority: {type: choice, options: [low, high, urgent], default: low}
  count: {type: number, default: 0}
  note: {type: text, max_length: 200}
  short: {type: text, max_length: 5}
  due_at: datetime
  last_day: date
  customer: {type: link, to: customer}
  owner: user
process:
  states: {new: {kind: open}, working: {kind: open}, done: {kind: done}}
  moves:
    start: {from: [new], to: working}
    finish: {from: [new, working], to: done, needs: [note]}
access:
  agent: {read: all, create: true, update: all, delete: true}
  guest: {read: all, create: false, update: false}
"""

TASK = """
entity: task
fields:
  subject: text
  done: {type: boolean, default: false}
  note: text
  ticket: {type: link, to: ticket, on_delete: clear}
  about: {type: link, to: [ticket, customer], on_delete: clear}
access:
  agent: {read: all, create: true, update: all}
"""

PLAIN = (SETTINGS, ROLES, CUSTOMER, TICKET, TASK)


def rule(name: str, when: str, do: str, *, more: str = "", entity: str = "ticket") -> str:
    return f"workflow: {name}\nentity: {entity}\nwhen: {when}\n{more}\ndo: {do}\n"


@dataclass
class Desk:
    """A world with a worker."""

    world: World

    def work(self, **ahead: float) -> None:
        """Puts the clock on, and lets the worker do all that is due then."""
        self.world.clock.advance(**ahead)
        worker_of(self.world.crm).drain()

    def ticket(self, **values: Any) -> str:
        return self.world.create("ticket", **values).id

    def value(self, key: str, field: str = "note", entity: str = "ticket") -> Any:
        return self.world.values(entity, key)[field]

    def change(self, key: str, entity: str = "ticket", **values: Any) -> Record:
        record = self.world.crm.records.get(self.world.engine, entity, key)
        return self.world.crm.records.update(self.world.engine, entity, key, record.version, values)

    def move(self, key: str, move: str, **values: Any) -> Record:
        record = self.world.crm.records.get(self.world.engine, "ticket", key)
        return self.world.crm.records.move(
            self.world.engine, "ticket", key, record.version, move=move, values=values
        )

    def delete(self, key: str) -> None:
        record = self.world.crm.records.get(self.world.engine, "ticket", key)
        self.world.crm.records.delete(self.world.engine, "ticket", key, record.version)

    def runs(self) -> tuple[Run, ...]:
        with self.world.crm.store.session(write=False) as session:
            return tuple(reversed(session.runs.list(limit=1000)))

    def trace(self, key: str, entity: str = "ticket") -> Trace:
        """The newest of a record."""
        return self.world.traces(entity, key)[-1]

    def said(self, key: str, entity: str = "ticket") -> list[str]:
        """The kinds of steps that the newest trace of a record tells of."""
        return [step["step"] for step in self.trace(key, entity).steps]
