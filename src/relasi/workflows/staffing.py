"""Whom the definitions count on, and who is not there: roles and teams that no active user has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from relasi.schema.model import Model, Step, walk
from relasi.store import Session
from relasi.workflows.people import People, holders


@dataclass(frozen=True, slots=True)
class Gap:
    """`missing` is "role.NAME" or "team.NAME", `places` are paths of definitions that name it."""

    missing: str
    places: tuple[str, ...]


def gaps(model: Model, store: Session) -> tuple[Gap, ...]:
    """By what is missing. Whoever may do everything fills no role but those named in their account."""
    named: dict[str, set[str]] = {}
    for missing, place in (*_in_processes(model), *_in_rules(model), *_in_access(model)):
        named.setdefault(missing, set()).add(place)
    return tuple(
        Gap(missing, tuple(sorted(places)))
        for missing, places in sorted(named.items())
        if not _is_filled(model, store, missing)
    )


def _is_filled(model: Model, store: Session, word: str) -> bool:
    kind, _, name = word.partition(".")
    users = store.users
    return bool(users.with_role(holders(model, name)) if kind == "role" else users.in_teams([name]))


def _in_processes(model: Model) -> Iterator[tuple[str, str]]:
    for entity in model.entities.values():
        for variant in entity.process.variants if entity.process else ():
            for move in variant.moves.values():
                for role in move.who:
                    yield (
                        f"role.{role}",
                        f"{entity.name}.{'.'.join(map(str, variant.path))}.moves.{move.name}",
                    )


def _in_rules(model: Model) -> Iterator[tuple[str, str]]:
    for workflow in model.workflows.values():
        for step in walk(workflow.steps):
            for people in _people(step):
                place = f"{workflow.name}.{step.path}"
                if people.role is not None:
                    yield f"role.{people.role}", place
                if len(people.teams) == 1:  # of a tree of teams, one is enough
                    yield f"team.{min(people.teams)}", place


def _in_access(model: Model) -> Iterator[tuple[str, str]]:
    for department in model.departments.values():
        for role in department.roles:
            yield f"role.{role}", f"{department.name}.roles"
    for entity in model.entities.values():
        for role in entity.access:
            yield f"role.{role}", f"{entity.name}.access"


def _people(part: Any) -> Iterator[People]:  # Any: whatever a step is made of
    """All that a step names, those of its children left out."""
    if isinstance(part, People):
        yield part
    elif isinstance(part, tuple):
        for each in part:
            if not isinstance(each, Step):
                yield from _people(each)
    elif is_dataclass(part) and not isinstance(part, type):
        for each in fields(part):
            yield from _people(getattr(part, each.name))
