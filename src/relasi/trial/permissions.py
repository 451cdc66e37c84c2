"""Whether somebody has the rights that a test says: over its own records, and over any that could be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from relasi.errors import Invalid
from relasi.platform.query import Row
from relasi.records import Actor, Source, Work
from relasi.records.access.rights import holds
from relasi.records.steps.moves import moves_of
from relasi.runtime import Crm, engine_actor
from relasi.schema.expressions import Expression
from relasi.schema.fields.notation.disguised import Disguised
from relasi.schema.model import Entity
from relasi.schema.trials import Access, Never, Verb
from relasi.trial.filling import Filling
from relasi.trial.props import Props

_RECORDS, _LINKED = 60, 5
"""How many records are made up to try a law on, and how many of each kind that they lead to."""


@dataclass(frozen=True, slots=True)
class Permissions:
    crm: Crm
    props: Props

    def wrong(self, actor: Actor, expected: Access) -> str | None:
        """What is wrong with an expectation; None where it is true."""
        row = self.props.row(expected.record)
        if row is None or expected.record.entity is None:
            return f"expected {expected.record.name} to be there; it is not"
        with self.crm.records.work(actor, write=False) as work:
            found = _may(work, expected.verb, expected.record.entity, row, expected.name)
        if found is expected.may:
            return None
        what = expected.record.name
        if expected.name is not None:
            what += f": {expected.name}" if expected.verb == "move" else f".{expected.name}"
        wanted, instead = (_said(expected.verb, may=may) for may in (expected.may, found))
        return f"expected: {self._called(actor)} {wanted} {what}; found: {instead}"

    def broken(self, actor: Actor, law: Never, filling: Filling) -> str | None:
        """The first made-up record that breaks the law, in words; also where none could be tried."""
        entity, tried = self.crm.model.entities[law.entity], 0
        for key in _made_up(entity, law, filling, self.crm):
            with self.crm.records.work(actor, write=False) as work:
                row = work.follow(entity.name, key)
                if row is None or (law.where is not None and not law.where.evaluate(work.situation(row))):
                    continue
                tried += 1
                for verb in law.verbs:
                    if _may(work, verb, entity.name, row, None):
                        return f"{self._called(actor)} {_said(verb, may=True)} {self._line(entity, law, row)}"
        where = "" if law.where is None else f" with {law.where.text}"
        return None if tried else f"none of {_RECORDS} records made up is a {entity.name}{where}"

    def _called(self, actor: Actor) -> str:
        return self.props.name_of(actor.user_id or "") or "somebody"

    def _line(self, entity: Entity, law: Never, row: Row) -> str:
        names = [name for name in _told(entity, law.where) if name in entity.fields]
        values = [f"{name}: {self.props.shown(entity.fields[name], row[name])}" for name in names]
        return f"a {entity.name} with {', '.join(values)}" if values else f"a {entity.name}"


def _said(verb: Verb, *, may: bool) -> str:
    if verb == "read":
        return "sees" if may else "does not see"
    return f"may {verb}" if may else f"may not {verb}"


def _may(work: Work, verb: Verb, entity: str, row: Row, name: str | None) -> bool:
    """Asked of the same rights as everything else; nobody does anything with what they do not see."""
    rights, situation = work.rights(entity), work.situation(row)
    if not holds(rights.read, situation):
        return False
    match verb:
        case "read":
            seen = work.seen(entity, row)
            return name is None or (name in seen and not isinstance(seen[name], Disguised))
        case "move":
            open_, _ = moves_of(work, work.entity(entity), row)
            return any(name is None or each.name == name for each in open_)
        case "update" if name is not None:
            closed = (
                rights.hidden_in(situation) | rights.locked_in(situation) | rights.masks_in(situation).keys()
            )
            return holds(rights.update, situation) and name not in closed
        case _:
            return holds(getattr(rights, verb), situation)


def _made_up(entity: Entity, law: Never, filling: Filling, crm: Crm) -> Iterator[str]:
    """Ids of records in which everything differs by chance that the law or a right of the entity asks about;
    what they lead to comes first."""
    asked = _asked(entity, law)
    engine = engine_actor(Source.SAMPLE)
    others = [crm.model.entities[name] for name in asked if name != entity.name]
    for each, count in [*((other, _LINKED) for other in others), (entity, _RECORDS)]:
        for _ in range(count):
            try:
                key = filling.create(engine, each.name, filling.drawn(each.name, asked.get(each.name, set())))
            except Invalid:  # what chance has put together may be no sound record
                continue
            if each is entity:
                yield key


def _asked(entity: Entity, law: Never) -> dict[str, set[str]]:
    """The fields that count, by entity: those of the law, and of all that is granted and denied."""
    found: dict[str, set[str]] = {entity.name: set()}
    parts = [law.where]
    for grant in entity.access.values():
        for each in (grant, grant.deny):
            parts += [getattr(each, right) for right in ("read", "update", "delete", "export")]
    for part in parts:
        if isinstance(part, Expression):
            for owner, name in part.reads:
                found.setdefault(owner, set()).add(name)
    return found


def _told(entity: Entity, where: Expression | None) -> list[str]:
    """The fields of the record itself that a condition asks about."""
    reads = where.reads if where is not None else frozenset()
    return sorted(name for owner, name in reads if owner == entity.name)
