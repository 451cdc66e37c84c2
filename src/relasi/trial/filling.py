"""Fills what a record must have and its test does not name: the same each time, as sample data would."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from random import Random

from relasi.errors import Invalid
from relasi.records import Actor, RowEdit, Source
from relasi.records.tables import Edits
from relasi.records.view import Values
from relasi.runtime import Crm, engine_actor
from relasi.sample.by_type import by_type
from relasi.sample.scene import Scene
from relasi.schema.fields.attached import Attached
from relasi.schema.fields.base import Value
from relasi.schema.fields.notation.media import UNKNOWN
from relasi.schema.model import Field
from relasi.store.files import File
from relasi.store.users import User

_TRIES = 5
"""What must be filled may depend on what was filled before."""
_EMPTY = 0.2
"""How many of the values are left out that are drawn by chance."""


class Filling:
    """Makes the records of one test."""

    def __init__(self, crm: Crm, users: Sequence[User]) -> None:
        self._crm = crm
        self._scene = Scene(Random(1), crm.clock(), crm.model.settings.zone, users)  # noqa: S311  # no secret
        self._made: dict[str, str] = {}
        """Entity -> the record to which links lead that must be filled."""

    def create(
        self, actor: Actor, entity: str, values: Values, rows: Mapping[str, Sequence[Values]] | None = None
    ) -> str:
        """The id of the new record. Raises what `Records.save` raises where the test itself is to blame."""
        fields = self._crm.model.entities[entity].fields
        filled = {each.name: self._value(actor, each) for each in fields.values() if _is_demanded(each)}
        filled |= values
        edits = {name: self._rows(actor, entity, name, each) for name, each in (rows or {}).items()}
        for _ in range(_TRIES):
            try:
                return self._created(actor, entity, filled, edits)
            except Invalid as error:
                lacking = {str(each.field) for each in error.issues if each.code == "required"}
                unnamed = [fields[name] for name in sorted(lacking - filled.keys()) if name in fields]
                if not unnamed:
                    raise
                filled |= {each.name: self._value(actor, each) for each in unnamed}
        return self._created(actor, entity, filled, edits)

    def drawn(self, entity: str, names: Iterable[str]) -> Values:
        """Values by chance, of those of the fields that somebody enters."""
        fields = self._crm.model.entities[entity].fields
        entered = [fields[name] for name in sorted(names) if name in fields and _is_entered(fields[name])]
        self._scene.n += 1
        chance = self._scene.random.random
        return {each.name: by_type(each, self._scene) for each in entered if chance() > _EMPTY}

    def _rows(self, actor: Actor, entity: str, name: str, rows: Sequence[Values]) -> list[RowEdit]:
        table = self._crm.model.entities[entity].tables[name]
        columns = self._crm.model.entities[table.entity].fields.values()
        demanded = [each for each in columns if _is_demanded(each) and each.name != table.link]
        return [
            RowEdit(
                {**{each.name: self._value(actor, each) for each in demanded if each.name not in row}, **row}
            )
            for row in rows
        ]

    def _created(self, actor: Actor, entity: str, values: Values, rows: Edits) -> str:
        key = self._crm.records.save(actor, entity, values, rows=rows).id
        self._made.setdefault(entity, key)
        self._scene.keep(entity, {"id": key})
        return key

    def _value(self, actor: Actor, field: Field) -> Value:
        self._scene.n += 1
        if isinstance(field.type, Attached):
            return self._brought(actor, field.type)
        return self._linked(field) if field.links_to else by_type(field, self._scene, demanded=True)

    def _brought(self, actor: Actor, type_: Attached) -> Value:
        """A file of the first kind that the field takes. No test reads what is in it: there is nothing."""
        kind, ending = next(iter((type_.formats or {UNKNOWN: "bin"}).items()))
        name = f"file.{ending.lstrip('.')}"
        file = File(self._crm.new_id(), "0" * 64, name, kind, 1, actor.user_id, self._crm.clock())
        with self._crm.records.work(actor) as work:
            work.store.files.add(file)
        return (file.id,)

    def _linked(self, field: Field) -> Value:
        """The first record of that kind, or a new one."""
        target = next((each for each in field.links_to if each in self._made), field.links_to[0])
        if target not in self._made:
            self.create(engine_actor(Source.SAMPLE), target, {})
        key = self._made[target]
        return key if len(field.links_to) == 1 else f"{target}/{key}"


def _is_demanded(field: Field) -> bool:
    """Whether somebody has to fill it in whatever else the record holds."""
    starts = field.type.default is not None or field.default_from is not None
    return field.type.required and _is_entered(field) and not starts


def _is_entered(field: Field) -> bool:
    makes_itself = field.computed or field.derivation is not None or field.type.read_only
    return not field.system and not makes_itself
