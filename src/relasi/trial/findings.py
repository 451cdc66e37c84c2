"""Whether what a test expects is true, and in words what is missing.

What has happened counts from the last step that did something after something was expected.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from relasi.messages.inviting import INVITATION
from relasi.messages.letters import LETTER
from relasi.messages.sender import EMAIL, WEBHOOK
from relasi.platform.query import Query, Row
from relasi.records import Actor, Source
from relasi.runtime import Crm
from relasi.schema.model import Entity
from relasi.schema.trials import (
    OUTCOMES,
    REASONS,
    Holder,
    Holds,
    Named,
    Pattern,
    Ran,
    Reading,
    There,
    Told,
    Values,
    Wanted,
)
from relasi.store import Session
from relasi.store.traces import Trace
from relasi.trial.props import Props, matches

_EVER = datetime.min.replace(tzinfo=UTC)
_NOBODY = Actor(user_id=None, roles=frozenset(), source=Source.RULE, everything=True)
_MOST = 10_000
_SHOWN = 3
"""Records, traces and messages of which a failure tells."""


@dataclass(frozen=True, slots=True)
class _News:
    """Something that somebody was told: to whom, its parts, and one line about it."""

    id: str
    to: str
    parts: Mapping[str, str]
    line: str


@dataclass
class Findings:
    crm: Crm
    props: Props
    _known: set[str] = field(default_factory=set)
    """What had happened before."""

    def begin(self) -> None:
        """From now on only what happens later counts."""
        with self.crm.store.session(write=False) as session:
            self._known = {_mark(each) for each in session.traces.since(_EVER)}
            self._known |= {each.id for how in _HOW for each in self._news(session, how)}

    def missing(self, expectation: Holds | There | Told | Ran) -> str | None:
        """None where it is true."""
        match expectation:
            case Holds():
                return self._holds(expectation)
            case There():
                return self._there(expectation)
            case Told():
                return self._told(expectation)
            case Ran():
                return self._ran(expectation)

    def traces(self, workflow: str) -> Sequence[Trace]:
        """What the rule did last, the newest first."""
        with self.crm.store.session(write=False) as session:
            return session.traces.since(_EVER, workflow)[: -_SHOWN - 1 : -1]

    def _holds(self, expected: Holds) -> str | None:
        row = self.props.row(expected.record)
        name, entity = expected.record.name, self.crm.model.entities[expected.record.entity or ""]
        if row is None:
            return f"expected {name} to be there; it is not"
        wrong = [
            f"expected {name}.{key}: {self.props.told(wanted)}; found: {found}"
            for key, (wanted, _) in expected.values.items()
            if (found := self.props.mismatch(entity, key, wanted, row)) is not None
        ]
        return "\n".join(wrong) or None

    def _there(self, expected: There) -> str | None:
        entity = self.crm.model.entities[expected.entity]
        with self.crm.records.work(_NOBODY, write=False) as work:
            rows = work.transaction.find(Query(entity.name, work.asking, limit=_MOST)).rows
        fitting = [row for row in rows if self._fits(entity, expected.values, row)]
        if fitting and expected.count is None:
            self.props.records[expected.name] = fitting[0]["id"]
        if len(fitting) == expected.count or (expected.count is None and fitting):
            return None
        number = {None: "a", 0: "no"}.get(expected.count, str(expected.count))
        values = ", ".join(f"{key}: {self.props.told(each)}" for key, (each, _) in expected.values.items())
        wanted = f"expected {number} {entity.name}{f' with {values}' if values else ''}"
        shown = fitting if expected.count == 0 else rows
        found = [self._line(entity, expected.values, row) for row in shown[:_SHOWN]]
        more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
        if expected.count:
            wanted += f"; found {len(fitting)}, of these"
            return f"{wanted}: {'; '.join(found) or 'none'}{more}"
        return f"{wanted}; found: {'; '.join(found) or 'none'}{more}"

    def _fits(self, entity: Entity, values: Values, row: Row) -> bool:
        return all(self.props.mismatch(entity, key, each, row) is None for key, (each, _) in values.items())

    def _line(self, entity: Entity, values: Values, row: Row) -> str:
        shown = [f"{key}: {self.props.held(entity, key, row)}" for key in values]
        return ", ".join(shown) or self.props.name_of(row["id"])

    def _told(self, expected: Told) -> str | None:
        with self.crm.store.session(write=False) as session:
            news = [each for each in self._news(session, expected.how) if each.id not in self._known]
        fitting = [
            each
            for each in news
            if (expected.who is None or each.to in self._addresses(expected.how, expected.who, each.to))
            and all(matches(word.text, each.parts.get(name, "")) for name, word in expected.words.items())
        ]
        if bool(fitting) == (expected.who is not None):
            return None
        parts = "".join(f", {name}: {word.text}" for name, word in expected.words.items())
        wanted = (
            f"{expected.how}: {'nobody' if expected.who is None else self.props.told(expected.who)}{parts}"
        )
        return f"expected {wanted}; found: {'; '.join(each.line for each in news[:_SHOWN]) or 'nobody'}"

    def _addresses(self, how: str, who: Wanted, to: str) -> set[str]:
        """`to`, where it is one of those who are meant; users are known by id, or by e-mail address."""
        match who:
            case Pattern(text):
                return {to} if matches(text.casefold(), to.casefold()) else set()
            case Holder(role):
                users = self.props.holders(role)
            case Named(name):
                users = [self.props.users[name]]
            case Reading():
                value = self.props.read(who)
                users = [user for user in self.props.users.values() if user.id == value]
                if not users:
                    return {str(value)}
            case _:
                return set()
        return {user.email if how == "mailed" else user.id for user in users}

    def _news(self, session: Session, how: str) -> list[_News]:
        if how == "notified":
            return [
                _News(
                    each.id,
                    user.id,
                    {"title": " ".join(each.title.values()), "body": " ".join(each.body.values())},
                    f"{name} ({next(iter(each.title.values()), '')})",
                )
                for name, user in self.props.users.items()
                for each in session.notifications.of(user.id, limit=_MOST)
            ]
        if how == "asked":
            return [
                _News(
                    f"{each.approval.id} {user.id}",
                    user.id,
                    {"label": " ".join(each.approval.label.values())},
                    f"{name} ({next(iter(each.approval.label.values()), '')})",
                )
                for name, user in self.props.users.items()
                for each in self.crm.approvals.inbox(self.crm.actor(user, Source.PAGE))
            ]
        if how == "consented":
            return [
                _News(
                    each.id,
                    each.address,
                    {name: str(getattr(each, name)) for name in ("purpose", "given", "wording", "source")},
                    f"{each.address} ({each.purpose}: {each.given})",
                )
                for each in session.consents.list(_MOST)
            ]
        kinds = _KINDS[how]
        return [
            _News(
                each.id,
                each.to,
                {name: str(each.payload.get(key, "")) for name, key in _MAIL.items()},
                f"{each.to} ({each.payload.get('subject', each.kind)})",
            )
            for each in session.effects.list(limit=_MOST)
            if each.kind in kinds
        ]

    def _ran(self, expected: Ran) -> str | None:
        with self.crm.store.session(write=False) as session:
            traces = [each for each in session.traces.since(_EVER, expected.workflow) if each.part_of is None]
        now = expected.how == "waits"
        found = [each for each in traces if now or _mark(each) not in self._known]
        outcomes = {each.outcome for each in found}
        is_true = bool(outcomes & OUTCOMES[expected.how])
        if expected.how == "did not run":
            is_true = not is_true and self._because(expected.why, outcomes)
        if is_true:
            return None
        said = ", ".join(f"{each.outcome} ({self.props.name_of(each.record_id)})" for each in found)
        why = f" ({expected.why})" if expected.why else ""
        return f"expected {expected.workflow}: {expected.how}{why}; found: {said or 'not triggered'}"

    def _because(self, why: str | None, outcomes: Collection[str]) -> bool:
        if why is None:
            return True
        return REASONS[why] in outcomes if REASONS[why] else not outcomes


_KINDS = {"mailed": (EMAIL, INVITATION), "posted": (LETTER,), "called": (WEBHOOK,)}
"""What goes out -> its kinds in the outbox."""
_HOW = ("notified", "consented", *_KINDS)
_MAIL = {"message": "message", "subject": "subject", "body": "text"}
"""Parts of a mail, as authors call them -> as the outbox keeps them."""


def _mark(trace: Trace) -> str:
    """Another one whenever the run has gone on."""
    return f"{trace.id} {trace.outcome} {len(trace.steps)}"
