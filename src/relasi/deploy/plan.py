"""The plan: what would be done to a database, as data which can be shown, kept and applied later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from relasi.deploy import changes as kinds
from relasi.deploy.changes import Blocked, Change, Kept
from relasi.deploy.differ import differences
from relasi.deploy.inspect import held_structure
from relasi.deploy.structure import fingerprint
from relasi.deploy.wanted import wanted_structure
from relasi.errors import PlanRefused
from relasi.platform.sql.database import Database
from relasi.platform.sql.tables import Tables
from relasi.schema.fields.base import Moment
from relasi.schema.model import Model
from relasi.texts import FALLBACK


@dataclass(frozen=True, slots=True)
class Plan:
    """Made for one Model and one state of the database, which the fingerprints tell."""

    changes: tuple[Change, ...]
    held_fingerprint: str
    model_fingerprint: str
    made_at: datetime

    @property
    def is_empty(self) -> bool:
        """True where the database has all that the Model asks for; it may hold more."""
        return all(isinstance(each, Kept) for each in self.changes)

    @property
    def blocked(self) -> tuple[Blocked, ...]:
        return tuple(each for each in self.changes if isinstance(each, Blocked))

    def to_json(self) -> dict[str, Any]:  # Any: JSON
        return {
            "changes": [kinds.to_json(each) for each in self.changes],
            "held_fingerprint": self.held_fingerprint,
            "model_fingerprint": self.model_fingerprint,
            "made_at": self.made_at.isoformat(),
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
    """Reads the database and changes nothing."""
    moment = Moment(now, model.settings.zone, None)
    with database.transaction(write=False) as connection:
        wanted = wanted_structure(model, Tables(model), connection.dialect, moment)
        held = held_structure(connection, wanted)
    return Plan(differences(wanted, held), fingerprint(held), model.fingerprint, now)
