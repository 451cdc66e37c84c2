"""`relasi explain move`: who may make which move of a record, and why the others may not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from relasi.cli import terminal
from relasi.cli.explaining import find_record
from relasi.cli.project import opened
from relasi.cli.terminal import USED_WRONGLY, StopError, say
from relasi.diagnostics import nearest
from relasi.errors import Forbidden, NotFound
from relasi.platform.query import Row
from relasi.records import Source
from relasi.records.access.rights import holds
from relasi.records.steps.moves import moves_of
from relasi.records.work import Work
from relasi.runtime import Crm, engine_actor
from relasi.schema.model import Entity, Move, Process


@dataclass(slots=True)
class _Told:
    """People by name: those who may make the move, and by the reason those who may not."""

    move: Move
    open: list[str] = field(default_factory=list)
    closed: dict[str, list[str]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:  # Any: JSON
        return {"move": self.move.name, "to": self.move.target, "open": self.open, "closed": self.closed}


def explain_move(root: Path, name: str, record: str, *, as_json: bool) -> None:
    with opened(root) as crm:
        entity, process = _with_process(crm, name)
        with crm.records.work(engine_actor(Source.CLI), write=False) as work:
            row = find_record(work, entity, record)
            variant = process.variant(work.situation(row))
            told = [_Told(move) for move in variant.moves_from(row[process.field])]
            for user in work.store.users.list():
                if user.active:
                    theirs = replace(work, actor=crm.actor(user, Source.CLI))
                    _ask(theirs, entity, row, user.name, told)
    if as_json:
        moves = [each.to_json() for each in told]
        terminal.as_json({"record": row["id"], "state": row[process.field], "moves": moves})
        return
    say("It is ", (str(row[process.field]), "bold"), ".", "" if told else " No move leads from there.")
    for each in told:
        say("  ", (each.move.name, "bold"), f" to {each.move.target}")
        if each.open:
            say("    open to ", (_listed(each.open), "green"))
        for why, people in each.closed.items():
            say("    closed to ", (_listed(people), "red"), f": {why}")


def _with_process(crm: Crm, name: str) -> tuple[Entity, Process]:
    entity = crm.model.entities.get(name)
    if entity is None:
        near = nearest(name, crm.model.entities)
        hint = f"Is {near} meant?" if near else f"There are: {', '.join(crm.model.entities)}."
        raise StopError(f"There is no entity {name}. {hint}", USED_WRONGLY)
    if entity.process is None:
        raise StopError(f"{name} has no process, so there are no moves.", USED_WRONGLY)
    return entity, entity.process


def _ask(work: Work, entity: Entity, row: Row, person: str, told: Iterable[_Told]) -> None:
    """What one person may do. Who may not read or change the record can make no move."""
    rights, situation = work.rights(entity.name), work.situation(row)
    barred = None
    if not holds(rights.read, situation):
        barred = NotFound("not_found").text()
    closed = {each.move.name: each.why.text() for each in moves_of(work, entity, row)[1]}
    for each in told:
        name = each.move.name
        granted = holds(rights.move(name), situation)
        why = barred or (closed.get(name) if granted else Forbidden("may_not_move").text())
        if why is None:
            each.open.append(person)
        else:
            each.closed.setdefault(why, []).append(person)


def _listed(people: list[str]) -> str:
    shown = ", ".join(people[:_SHOWN])
    return shown if len(people) <= _SHOWN else f"{shown} and {len(people) - _SHOWN} more"


_SHOWN = 20
"""So many people are named at most."""
