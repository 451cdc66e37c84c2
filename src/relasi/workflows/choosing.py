"""Choosing the person that a record is assigned to, and saying why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, assert_never

from relasi.errors import WorkflowError
from relasi.platform.query import Figure, Query, Summary
from relasi.schema.derivations import Function
from relasi.schema.expressions import Expression, Situation
from relasi.schema.expressions.operations import today
from relasi.schema.scope import ModelScope
from relasi.workflows.people import People, stand_in

if TYPE_CHECKING:
    from relasi.records.work import Work
    from relasi.store.users import User


class AssignBy(Enum):
    LEAST_BUSY = "least_busy"
    ROUND_ROBIN = "round_robin"


class Absent(Enum):
    """What becomes of somebody who is away and would be next."""

    SKIP = "skip"
    DELEGATE = "delegate"


@dataclass(frozen=True, slots=True)
class Match:
    """A word of the record that a person has to have among their words of this kind; an empty one asks for
    nothing."""

    kind: str
    """skills or territories"""
    word: Expression


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A user field of an entity that gets a person."""

    entity: str
    field: str
    to: People
    by: AssignBy
    busy: Expression | None = None
    """Which records of the same entity count as a person's work; None: all that the person has."""
    matches: tuple[Match, ...] = ()
    capacity: int | None = None
    """How much work somebody may have who still gets more; None: any."""
    absent: Absent = Absent.SKIP
    otherwise: People | None = None
    """Who gets it where none of the others can; they need not match."""
    may_stay: bool = False
    """Whether the field stays as it is where nobody can, instead of a failure."""

    def expressions(self) -> Iterator[Expression]:
        yield from self.to.expressions()
        yield from (match.word for match in self.matches)
        if self.busy is not None:
            yield self.busy
        if self.otherwise is not None:
            yield from self.otherwise.expressions()


@dataclass(frozen=True, slots=True)
class Choice:
    """`why` says by which rule, between whom, with how much work each of them has, and who was left out."""

    user_id: str | None
    why: dict[str, Any]  # Any: JSON


@dataclass(slots=True)
class _Looked:
    """Those who can take it, and what there is to tell of the others."""

    people: list[str] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)  # Any: JSON


def choose(work: Work, vacancy: Vacancy, situation: Callable[[], Situation]) -> Choice:
    """Raises WorkflowError where nobody can take it."""
    looked = _look(work, vacancy, vacancy.to, vacancy.matches, situation)
    _leave_out_full(work, vacancy, looked)
    to, why = vacancy.to, looked.told
    if not looked.people and vacancy.otherwise is not None:
        to = vacancy.otherwise
        looked = _look(work, vacancy, to, (), situation)
        why = {**why, "instead": to.written, **looked.told}
    if not looked.people:
        if vacancy.may_stay:
            return Choice(None, {"by": "nobody", **why})
        raise _failure(work, to, why)
    if to.person is not None:
        return Choice(looked.people[0], {"by": "named", **why})
    chosen, how = _next(work, vacancy, to, looked.people)
    return Choice(chosen, {"by": vacancy.by.value, "among": looked.people, **how, **why})


def _look(
    work: Work,
    vacancy: Vacancy,
    to: People,
    matches: Sequence[Match],
    situation: Callable[[], Situation],
) -> _Looked:
    people = to.found(work.ground.model, work.store, situation)
    looked = _Looked()
    for match in matches:
        people = _fitting(people, match, match.word.evaluate(situation()), looked)
    away = work.store.absences.away(today(work.now, work.ground.model.settings.zone))
    deputies = {user.id: _deputy(work, vacancy, user.id, away) for user in people if user.id in away}
    if deputies:
        looked.told["absent"] = deputies
    present = (deputies.get(user.id) if user.id in away else user.id for user in people)
    looked.people = sorted({each for each in present if each is not None})
    return looked


def _leave_out_full(work: Work, vacancy: Vacancy, looked: _Looked) -> None:
    if vacancy.capacity is None or not looked.people:
        return
    load = _load(work, vacancy, looked.people)
    full = {person: count for person, count in load.items() if count >= vacancy.capacity}
    if full:
        looked.told["full"] = full
        looked.people = [person for person in looked.people if person not in full]


def _fitting(people: Sequence[User], match: Match, word: str | None, looked: _Looked) -> tuple[User, ...]:
    if word is None:
        return tuple(people)
    fitting = tuple(
        user for user in people if word.casefold() in map(str.casefold, getattr(user.post, match.kind))
    )
    lacking = [user.id for user in people if user not in fitting]
    looked.told[match.kind] = {"wanted": word, "lacking": lacking}
    return fitting


def _deputy(work: Work, vacancy: Vacancy, user_id: str, away: Any) -> str | None:  # Any: as of Absences.away
    if vacancy.absent is Absent.SKIP:
        return None
    return stand_in(user_id, away, work.store.users.active(set(filter(None, away.values()))))


def _next(work: Work, vacancy: Vacancy, to: People, people: list[str]) -> tuple[str, dict[str, Any]]:
    """Who is next among them, and what that was decided by."""
    turn = f"{vacancy.entity}.{vacancy.field}:{to.written.removeprefix('role.')}"
    match vacancy.by:
        case AssignBy.ROUND_ROBIN:
            return work.store.turns.take(turn, people), {}
        case AssignBy.LEAST_BUSY:
            load = _load(work, vacancy, people)
            least = [person for person in people if load[person] == min(load.values())]
            return work.store.turns.take(turn, least), {"load": load}
        case _:
            assert_never(vacancy.by)


def _load(work: Work, vacancy: Vacancy, people: list[str]) -> dict[str, int]:
    """How much work each of them has."""
    where = () if vacancy.busy is None else (vacancy.busy,)
    field = Expression.parse(vacancy.field, ModelScope(work.ground.model, vacancy.entity))
    query = Query(
        vacancy.entity, work.asking, where=where, matching={vacancy.field: people}, limit=len(people)
    )
    groups = work.transaction.summarize(query, Summary((Figure(Function.COUNT),), (field,)))
    return dict.fromkeys(people, 0) | {each.by[0]: each.figures[0] for each in groups}


def _failure(work: Work, to: People, why: dict[str, Any]) -> WorkflowError:  # Any: JSON
    lacking = [each for kind in ("skills", "territories") for each in why.get(kind, {}).get("lacking", ())]
    away, full = list(why.get("absent", {})), list(why.get("full", {}))
    if not lacking and not away and not full:
        return WorkflowError("nobody_there", to=to.written)
    names = {user.id: user.full_name for user in work.store.users.list()}
    told = {"away": away, "lacking": lacking, "full": full}
    said = {kind: ", ".join(names[each] for each in people) or "–" for kind, people in told.items()}
    return WorkflowError("nobody_can", to=to.written, **said)
