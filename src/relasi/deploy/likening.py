"""The keys by which records are found that may be one and the same, made anew where the rules have changed.

They follow the Model in every apply and stand in no plan: nobody's data or work depends on them.
"""

from __future__ import annotations

from itertools import islice

from relasi.deploy.ground import Ground
from relasi.platform.lookup import all_rows
from relasi.platform.query import Asking, Query
from relasi.platform.sql.platform import SqlTransaction
from relasi.schema.expressions import Situation
from relasi.schema.model import Entity
from relasi.store.likeness import Likeness, keys_of, mark_of
from relasi.store.session import Session

_TOGETHER = 1000


def keep_likeness(ground: Ground) -> None:
    """Afterwards every record has the keys that the Model wants."""
    likeness = Session(ground.connection).likeness
    held = likeness.marks()
    wanted = {entity.name: mark_of(entity) for entity in ground.model.entities.values() if entity.twins}
    likeness.end(held.keys() - wanted.keys())
    for name, mark in wanted.items():
        if held.get(name) != mark:
            likeness.begin(name, mark)
            _fill(ground, likeness, ground.model.entities[name])


def _fill(ground: Ground, likeness: Likeness, entity: Entity) -> None:
    moment = ground.moment
    fields = tuple({name for rule in entity.twins for name in rule.fields})
    query = Query(entity.name, Asking(moment.now, moment.zone), fields=fields)
    rows = all_rows(SqlTransaction.within(ground.connection, ground.model, ground.tables), query)
    while some := list(islice(rows, _TOGETHER)):
        situations = {row["id"]: Situation(row, moment.now, moment.zone, record_id=row["id"]) for row in some}
        likeness.put(entity.name, {key: keys_of(entity.twins, each) for key, each in situations.items()})
