"""Where people and rules meet a field: what a change of it touches besides its values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from relasi.schema.model import Entity, Grant, Model, Workflow, walk

Place = tuple[str, str | None]
"""An entity and a field of it, or the entity as a whole."""


@dataclass(frozen=True, slots=True)
class Uses:
    """Names of lists, sections of the form, workflows, and of the roles that can see it."""

    lists: tuple[str, ...] = ()
    form: tuple[str, ...] = ()
    workflows: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:  # Any: JSON
        return {name: list(value) for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Self:
        return cls(**{name: tuple(value) for name, value in written.items()})


def uses_of(model: Model) -> dict[Place, Uses]:
    """Of every entity and every field that an author wrote."""
    touched = {name: frozenset(_touched(workflow)) for name, workflow in model.workflows.items()}
    found: dict[Place, Uses] = {}
    for entity in model.entities.values():
        workflows = tuple(name for name, places in touched.items() if (entity.name, None) in places)
        sections = tuple(dict.fromkeys(section.name for section in entity.form))
        found[entity.name, None] = Uses(
            tuple(entity.lists), sections, workflows, _readers(model, entity, None)
        )
        for field in entity.own_fields:
            found[entity.name, field.name] = Uses(
                lists=tuple(_lists(entity, field.name)),
                form=tuple(dict.fromkeys(_sections(entity, field.name))),
                workflows=tuple(
                    name for name, places in touched.items() if (entity.name, field.name) in places
                ),
                roles=_readers(model, entity, field.name),
            )
    return found


def _sections(entity: Entity, field: str) -> Iterator[str]:
    return (each.name for each in entity.form if any(field in row for row in each.rows))


def _lists(entity: Entity, field: str) -> Iterator[str]:
    for name, each in entity.lists.items():
        read = {name for _, name in each.where.reads} if each.where else set()
        if field in {*each.columns, *(sort.field for sort in each.sort), *read}:
            yield name


def _readers(model: Model, entity: Entity, field: str | None) -> tuple[str, ...]:
    grants = {
        name for name, grant in entity.access.items() if grant.read is not False and not _hides(grant, field)
    }
    return tuple(
        name for name, role in model.roles.items() if role.everything or not grants.isdisjoint(role.includes)
    )


def _hides(grant: Grant, field: str | None) -> bool:
    return field is not None and grant.hidden.get(field) is True


def _touched(workflow: Workflow) -> Iterator[Place]:
    """What a workflow watches, reads and writes."""
    own = workflow.entity
    yield own, None
    yield from ((own, field) for trigger in workflow.triggers for field in trigger.fields)
    if workflow.condition:
        yield from workflow.condition.reads
    for step in walk(workflow.steps):
        yield from step.reads()
        for expression in step.expressions():
            yield from expression.reads
        for writing in step.writes():
            yield writing.entity, None
            yield from ((writing.entity, field) for field in writing.values)
