"""Small Models and rows made in Python, for tests that are not about YAML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from relasi.platform.query import Asking
from relasi.schema.compiler.entity.system import SYSTEM_TYPES
from relasi.schema.expressions import Expression, ScopeField, Template, types
from relasi.schema.fields.base import FieldType, Surroundings
from relasi.schema.fields.registry import FIELD_TYPES
from relasi.schema.model import (
    Entity,
    Field,
    Form,
    Model,
    PlatformSettings,
    Process,
    Settings,
    SqliteFile,
    State,
    StateKind,
    Variant,
)
from relasi.schema.samples import Sample
from relasi.schema.scope import ModelScope

NOW = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Jakarta")
ASKING = Asking(NOW, ZONE, "u1")

Written = str | Mapping[str, Any]
"""A field as in YAML: the word of its type, or its keys."""


@dataclass(frozen=True, slots=True)
class _Texts:
    """Enough of a scope for the title of an entity: every field holds text."""

    entity: str
    has_old: bool = False
    has_user: bool = False
    outer: str | None = None

    def field(self, entity: str, name: str) -> ScopeField | None:
        return ScopeField(types.Text())

    @property
    def teams(self) -> Mapping[str, frozenset[str]]:
        return {}

    def trees(self, entity: str) -> tuple[str, ...]:
        return ()

    def fields(self, entity: str) -> Iterable[str]:
        return SYSTEM_TYPES


def _complain(path: tuple[str | int, ...], code: str, message: str, **_: object) -> None:
    raise AssertionError(f"{path}: {code}: {message}")


def field_type(written: Written) -> FieldType:
    """The type of a field. Links may go to any entity: nothing is looked up."""
    keys = {"type": written} if isinstance(written, str) else dict(written)
    made = FIELD_TYPES[keys["type"]].model_validate(keys)
    if made.targets():
        return made
    return made.resolve(Surroundings((), {}, "IDR", ("en", "id"), _complain))


def entity(
    name: str,
    fields: Mapping[str, Written],
    *,
    states: Mapping[str, str] | None = None,
    unique_together: Iterable[tuple[str, ...]] = (),
    was: tuple[str, ...] = (),
    retired: Mapping[str, Written] | None = None,
) -> Entity:
    """`states` makes a process on the field `status`: state -> open, paused or done.

    Records are called by their first text field.
    """
    made = {key: field_type(written) for key, written in fields.items()}
    process = None
    if states:
        options = list(states)
        made["status"] = field_type(
            {"type": "choice", "options": options, "default": options[0], "index": True}
        )
        process = Process(
            field="status",
            since="created_at",
            reason=None,
            states={key: State(key, {"en": key}, StateKind(kind), None) for key, kind in states.items()},
            variants=(Variant("", {"en": "status"}, None, tuple(states), {}, {}),),
        )
    own = [Field(key, {"en": key}, type_) for key, type_ in made.items()]
    system = [Field(key, {"en": key}, type_, system=True) for key, type_ in SYSTEM_TYPES.items()]
    called = next((key for key, type_ in made.items() if type_.name == "text"), "id")
    return Entity(
        name=name,
        label={"en": name},
        plural={"en": name},
        icon="",
        title=Template.parse(f"{{{called}}}", _Texts(name)),
        fields={field.name: field for field in (*own, *system)},
        process=process,
        forms=(Form("", None, frozenset(), (), {}),),
        lists={},
        search=(),
        timeline=None,
        access={},
        unique_together=tuple(unique_together),
        was=was,
        retired={key: field_type(written) for key, written in (retired or {}).items()},
    )


def model(*entities: Entity, fingerprint: str = "1") -> Model:
    return Model(
        settings=Settings("Test", ("en", "id"), "IDR", ZONE, "local"),
        platform=PlatformSettings("local", SqliteFile("data/crm.db"), "data/crm.files"),
        entities={each.name: each for each in entities},
        roles={},
        departments={},
        workflows={},
        value_lists={},
        sample=Sample(),
        fingerprint=fingerprint,
    )


def condition(of: Model, entity_name: str, text: str) -> Expression:
    return Expression.parse(text, ModelScope(of, entity_name))


def row(of: Model, entity_name: str, key: str, **values: Any) -> dict[str, Any]:  # Any: field values
    """A whole row: what is not given is empty, and the system fields are filled."""
    system = {
        "id": key,
        "version": 1,
        "created_at": NOW,
        "updated_at": NOW,
        "created_by": "u1",
        "updated_by": "u1",
    }
    empty = dict.fromkeys(of.entities[entity_name].fields)
    return {**empty, **system, **values}
