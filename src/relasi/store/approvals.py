"""Approvals: what waits for people's word, on which record, and every word that was given. Words are never
changed; whether a run still waits for an approval, its row among the runs tells."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Select,
    Table,
    and_,
    delete,
    insert,
    select,
    update,
)

import relasi.store.runs  # noqa: F401  # makes the table of the runs
from relasi.store.columns import DOCUMENT, FLAG, METADATA, MOMENT, NUMBER, TEXT, row_of
from relasi.store.telling import silent, telling

ApprovalStatus = Literal["open", "approved", "rejected", "withdrawn", "restarted"]
Verdict = Literal["approved", "rejected", "withdrawn"]

_RUN = METADATA.tables["relasi_run"]

_TABLE = Table(
    "relasi_approval",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("run_id", TEXT, nullable=False, index=True),
    Column("workflow", TEXT, nullable=False),
    Column("entity", TEXT, nullable=False),
    Column("record_id", TEXT, nullable=False),
    Column("label", DOCUMENT, nullable=False),
    Column("requested_by", TEXT, index=True),
    Column("opened_at", MOMENT, nullable=False),
    Column("status", TEXT, nullable=False),
    Column("closed_at", MOMENT),
    Column("level", NUMBER, nullable=False),
    Column("level_at", MOMENT, nullable=False),
    Column("reminded_at", MOMENT),
    Column("escalated_at", MOMENT),
    Column("seen", DOCUMENT, nullable=False),
    Column("locks", FLAG, nullable=False),
    Index(None, "record_id", "status"),
    info=telling("record_id", texts=("seen",), leaves={"seen": {}}),
)

_ASKED = Table(
    "relasi_approval_asked",
    METADATA,
    Column("approval_id", TEXT, ForeignKey(_TABLE.c.id), primary_key=True),
    Column("who", TEXT, primary_key=True, index=True),
    info=silent("it names who may decide"),
)

_WORD = Table(
    "relasi_decision",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("approval_id", TEXT, ForeignKey(_TABLE.c.id), nullable=False, index=True),
    Column("level", NUMBER, nullable=False),
    Column("verdict", TEXT, nullable=False),
    Column("user_id", TEXT, nullable=False),
    Column("on_behalf_of", TEXT),
    Column("comment", TEXT),
    Column("at", MOMENT, nullable=False),
    info=telling(part_of="approval_id", texts=("comment",), leaves={"comment": None}),
)

_WAITS = and_(_TABLE.c.status == "open", _RUN.c.status == "waiting", _RUN.c.waiting_for == "approval")
_OPEN = select(_TABLE).join(_RUN, _RUN.c.id == _TABLE.c.run_id).where(_WAITS)


@dataclass(frozen=True, slots=True)
class Approval:
    """A step of a run that waits for people. `level` counts its levels from 0; it began at `level_at`.

    `seen` holds the fields that the word is about, as they were when it was asked for; where `locks`, nobody
    may change them meanwhile. `requested_by` is whose write set off the run, None where nobody's did.
    """

    id: str
    run_id: str
    workflow: str
    entity: str
    record_id: str
    label: Mapping[str, str]
    requested_by: str | None
    opened_at: datetime
    level: int
    level_at: datetime
    seen: Mapping[str, Any] = field(default_factory=dict)  # Any: JSON
    locks: bool = True
    status: ApprovalStatus = "open"
    closed_at: datetime | None = None
    reminded_at: datetime | None = None
    escalated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """One person's word at one level; `on_behalf_of` is the absent person for whom it was given."""

    id: str
    approval_id: str
    level: int
    verdict: Verdict
    user_id: str
    on_behalf_of: str | None
    comment: str | None
    at: datetime


class Approvals:
    """The approvals inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, approval: Approval, asked: Collection[str]) -> None:
        """Keeps an approval as it is now. `asked` are the roles, teams and users whose word it waits for:
        "role.NAME", "team.NAME", "user.ID"."""
        held = self._connection.execute(
            update(_TABLE).where(_TABLE.c.id == approval.id).values(row_of(_TABLE, approval))
        )
        if not held.rowcount:
            self._connection.execute(insert(_TABLE), row_of(_TABLE, approval))
        self._connection.execute(delete(_ASKED).where(_ASKED.c.approval_id == approval.id))
        rows = [{"approval_id": approval.id, "who": who} for who in sorted(asked)]
        if rows:
            self._connection.execute(insert(_ASKED), rows)

    def get(self, approval_id: str, *, hold: bool = False) -> Approval | None:
        """One on `hold` is decided by nobody else before the transaction ends."""
        query = select(_TABLE).where(_TABLE.c.id == approval_id)
        return next(iter(self._found(query.with_for_update(of=_TABLE) if hold else query)), None)

    def of_run(self, run_id: str) -> Approval | None:
        """The open one of a run; there is one at most."""
        query = select(_TABLE).where(_TABLE.c.run_id == run_id, _TABLE.c.status == "open")
        return next(iter(self._found(query)), None)

    def asking(self, who: Collection[str]) -> tuple[Approval, ...]:
        """The open ones that wait for any of these, the oldest first."""
        asked = select(_ASKED.c.approval_id).where(_ASKED.c.who.in_(who))
        return self._found(_OPEN.where(_TABLE.c.id.in_(asked)).order_by(_TABLE.c.level_at, _TABLE.c.id))

    def requested_by(self, user_id: str) -> tuple[Approval, ...]:
        """The open ones that a user waits for."""
        query = _OPEN.where(_TABLE.c.requested_by == user_id)
        return self._found(query.order_by(_TABLE.c.level_at, _TABLE.c.id))

    def open_on(self, entity: str, record_ids: Collection[str]) -> tuple[Approval, ...]:
        """The open ones on these records."""
        query = _OPEN.where(_TABLE.c.entity == entity, _TABLE.c.record_id.in_(record_ids))
        return self._found(query.order_by(_TABLE.c.opened_at, _TABLE.c.id))

    def on(self, entity: str, record_id: str) -> tuple[Approval, ...]:
        """All that there were on a record, newest first."""
        query = select(_TABLE).where(_TABLE.c.entity == entity, _TABLE.c.record_id == record_id)
        return self._found(query.order_by(_TABLE.c.opened_at.desc(), _TABLE.c.id.desc()))

    def decide(self, decisions: Sequence[Decision]) -> None:
        self._connection.execute(insert(_WORD), [row_of(_WORD, each) for each in decisions])

    def decisions(self, approval_ids: Collection[str]) -> tuple[Decision, ...]:
        """Every word that was given, in the order of time."""
        query = select(_WORD).where(_WORD.c.approval_id.in_(approval_ids)).order_by(_WORD.c.at, _WORD.c.id)
        return tuple(Decision(**row._mapping) for row in self._connection.execute(query))

    def rename(self, entity: str, new: str) -> None:
        """Follows the rename of an entity."""
        self._connection.execute(update(_TABLE).where(_TABLE.c.entity == entity).values(entity=new))

    def _found(self, query: Select[Any]) -> tuple[Approval, ...]:
        return tuple(Approval(**row._mapping) for row in self._connection.execute(query))
