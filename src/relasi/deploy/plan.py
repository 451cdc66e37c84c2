"""The plan: what would be done to a database, as data which can be shown, kept and applied later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from relasi.deploy import changes as kinds
from relasi.deploy.blueprint import Blueprint
from relasi.deploy.changes import Blocked, Change, EmptyTrash, Kept, RunsInFlight, frozen
from relasi.deploy.ground import Ground
from relasi.deploy.impact import Impact, impacts
from relasi.deploy.structure import fingerprint
from relasi.deploy.survey import changes_on
from relasi.errors import PlanRefused
from relasi.platform.sql.database import Database
from relasi.schema.model import Model
from relasi.store.session import Session
from relasi.store.store import is_prepared, renew
from relasi.texts import FALLBACK


@dataclass(frozen=True, slots=True)
class Plan:
    """Made for one Model and one state of the database, which the fingerprints tell.

    `undoes` is the id of the deployment that it takes back.
    """

    changes: tuple[Change, ...]
    held_fingerprint: str
    model_fingerprint: str
    made_at: datetime
    impacts: tuple[Impact, ...] = ()
    undoes: str | None = None

    @property
    def due(self) -> tuple[Change, ...]:
        """What the database lacks of all that the Model asks for."""
        changes = (each for each in self.changes if not isinstance(each, Kept | EmptyTrash))
        return tuple(each for each in changes if not isinstance(each, RunsInFlight) or each.is_due)

    @property
    def is_empty(self) -> bool:
        """True where the database has all that the Model asks for; it may hold more."""
        return not self.due

    @property
    def blocked(self) -> tuple[Blocked, ...]:
        return tuple(each for each in self.changes if isinstance(each, Blocked))

    def to_json(self, *, most: int | None = None) -> dict[str, Any]:  # Any: JSON
        """With all records that stand in the way of a change, or the first `most` of them."""
        return {
            "changes": [kinds.to_json(each, most=most) for each in self.changes],
            "impacts": [asdict(each) for each in self.impacts],
            "held_fingerprint": self.held_fingerprint,
            "model_fingerprint": self.model_fingerprint,
            "made_at": self.made_at.isoformat(),
            "undoes": self.undoes,
        }

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Plan:
        """Raises PlanRefused for what `to_json` has not made."""
        try:
            return cls(
                changes=tuple(kinds.from_json(each) for each in written["changes"]),
                held_fingerprint=written["held_fingerprint"],
                model_fingerprint=written["model_fingerprint"],
                made_at=datetime.fromisoformat(written["made_at"]),
                impacts=tuple(_impact(each) for each in written["impacts"]),
                undoes=written["undoes"],
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise PlanRefused("not_a_plan") from error


class PlanBlocked(PlanRefused):
    """Some changes of the plan cannot be made, because of the rows that are there; says why of each."""

    def __init__(self, blocked: Sequence[Blocked]) -> None:
        super().__init__("plan_blocked", count=len(blocked))
        self.blocked = tuple(blocked)

    def text(self, language: str = FALLBACK) -> str:
        details = (f"{each.table}: {each.text(language)}" for each in self.blocked)
        return " ".join((super().text(language), *details))


def make_plan(model: Model, database: Database, *, now: datetime) -> Plan:
    """Reads the database and changes nothing, save that the engine's own tables are those of this version:
    what the last deployment noted is in them."""
    renew(database)
    with database.transaction(write=False) as connection:
        return drawn(ground_of(connection, model, now))


def ground_of(connection: Connection, model: Model, now: datetime) -> Ground:
    return Ground.between(connection, model, remembered(connection), now)


def drawn(ground: Ground) -> Plan:
    changes = changes_on(ground)
    return Plan(
        changes=changes,
        held_fingerprint=fingerprint(ground.found),
        model_fingerprint=ground.model.fingerprint,
        made_at=ground.moment.now,
        impacts=impacts(ground, changes),
        undoes=ground.undoes,
    )


def remembered(connection: Connection) -> Blueprint | None:
    """What the deployment noted that the database is made for."""
    latest = Session(connection).deployments.latest() if is_prepared(connection) else None
    return Blueprint.from_json(latest.definition) if latest and latest.definition else None


def granted_before(database: Database) -> Mapping[str, Any] | None:  # Any: JSON
    """The rights that the last deployment noted; None where none has."""
    with database.transaction(write=False) as connection:
        base = remembered(connection)
    return base.grants or None if base else None


def _impact(written: Mapping[str, Any]) -> Impact:
    return Impact(**{name: frozen(value) for name, value in written.items()})
