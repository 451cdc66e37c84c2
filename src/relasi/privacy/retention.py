"""People's data whose time is over: listed for people to decide about, or, where the Model says so, taken
away after they stood on that list for a week. Nothing goes silently: each erasure has its proof."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from relasi.errors import Forbidden, NotFound
from relasi.messages.notices import administrators
from relasi.platform.again import begun_again
from relasi.platform.lookup import all_rows
from relasi.platform.query import Query, Row
from relasi.privacy.erasing import Why, erase
from relasi.records import Actor, Records, Source
from relasi.records.access.rights import holds
from relasi.records.anonymising import anonymise
from relasi.records.people import is_restricted
from relasi.records.reading import Reader
from relasi.records.work import Work
from relasi.schema.expressions import Expression
from relasi.schema.model import Entity, Fate, Model, Retention, Then
from relasi.store.notifications import Notification
from relasi.texts import LANGUAGES, say

NOTICE = timedelta(days=7)
"""How long what goes by itself stands on the list before."""
EVERY = timedelta(days=1)
BATCH = 100
"""Records that one step of the sweep looks at before others get their turn."""
MOST = 1000
_FATES = {Then.ASK: None, Then.ERASE: Fate.DELETE, Then.ANONYMISE: Fate.ANONYMISE}
_TOGETHER = 200


@dataclass(frozen=True, slots=True)
class Rule:
    """How long the records of an entity are kept, or one of their fields."""

    entity: Entity
    field: str | None
    keep: Retention

    @property
    def name(self) -> str:
        return self.entity.name if self.field is None else f"{self.entity.name}.{self.field}"

    def reason(self, language: str) -> str:
        """Why it is taken away, for the proof."""
        return say(language, "privacy.due_reason", term=self.keep.term.in_words(language))

    @property
    def said(self) -> str:
        return f"{self.keep.term} {self.keep.after.text} {self.keep.then.value}"


@dataclass(frozen=True, slots=True)
class Due:
    """What is due by a rule: (id, title) of the first records, how many there are, whether there are even
    more, and from when on they go by themselves, if they do."""

    rule: Rule
    records: tuple[tuple[str, str], ...]
    count: int
    more: bool
    goes_at: datetime | None


def rules_of(model: Model) -> Iterator[Rule]:
    for entity in model.entities.values():
        if entity.keep is not None:
            yield Rule(entity, None, entity.keep)
        for field in entity.own_fields:
            if field.keep is not None:
                yield Rule(entity, field.name, field.keep)


class Retentions:
    """All errors are those of `relasi.errors`."""

    def __init__(self, records: Records, new_id: Callable[[], str]) -> None:
        self._records, self._new_id = records, new_id
        self._rules = {rule.name: rule for rule in rules_of(records.model)}
        self._next: datetime | None = None

    def due(self, actor: Actor, *, shown: int = 20) -> tuple[Due, ...]:
        """What the actor may erase and is due, by rule; rules by which nothing is due are left out."""
        with self._records.work(actor, write=False) as work:
            found = (self._due(work, rule, shown) for rule in self._rules.values())
            return tuple(each for each in found if each.count)

    def carry_out(self, actor: Actor, rule: str, keys: Collection[str], reason: str) -> int:
        """Takes away what is due of these records, each in a transaction of its own; how many there were.
        What is not due any more stays. Raises NotFound for a rule that is gone, Forbidden."""
        known = self._rules.get(rule)
        if known is None:
            raise NotFound("not_found")
        return sum(self._taken(actor, known, key, reason) for key in keys)

    def sweep(self, now: datetime) -> bool:
        """What goes by itself, once a day; whether there may be more."""
        if self._next is not None and self._next - EVERY <= now < self._next:
            return False
        more = False
        for rule in self._rules.values():
            if rule.keep.then is not Then.ASK:
                more |= self._swept(rule, now)
        if not more:
            self._next = now + EVERY
        return more

    def _due(self, work: Work, rule: Rule, shown: int) -> Due:
        rights = work.rights(rule.entity.name)
        if rights.erase is False:
            return Due(rule, (), 0, False, None)
        reader = Reader(work)
        rows = list(islice(self._found(work, rule, work.now), MOST + 1))
        titles = tuple(
            (row["id"], reader.title(rule.entity, work.seen(rule.entity.name, row))) for row in rows[:shown]
        )
        goes_at = None if rule.keep.then is Then.ASK else self._goes_at(work, rule)
        return Due(rule, titles, min(len(rows), MOST), len(rows) > MOST, goes_at)

    def _goes_at(self, work: Work, rule: Rule) -> datetime:
        return (work.store.announcements.since(rule.name, rule.said) or work.now) + NOTICE

    def _found(self, work: Work, rule: Rule, now: datetime) -> Iterator[Row]:
        """Due records that the actor may erase. Those whose people are restricted are kept, and what was
        erased before is not due again."""
        rights, entity = work.rights(rule.entity.name), rule.entity
        people = (entity.person,) if isinstance(entity.person, Expression) else ()
        where = (rule.keep.due(now, work.ground.model.settings.zone), *people, *rights.reading)
        waiting = all_rows(work.transaction, Query(entity.name, work.asking, where=where))
        while rows := list(islice(waiting, _TOGETHER)):
            erased = work.store.erasures.known([row["id"] for row in rows]) if rule.field is None else set()
            for row in rows:
                left = row["id"] not in erased if rule.field is None else row[rule.field] is not None
                may = holds(rights.erase, work.situation(row))
                if left and may and not is_restricted(work, entity.name, row):
                    yield row

    @begun_again
    def _taken(
        self, actor: Actor, rule: Rule, key: str, reason: str, *, until: datetime | None = None
    ) -> bool:
        with self._records.work(actor) as work:
            row = work.follow(rule.entity.name, key)
            moment = until or work.now
            if row is None or not self._is_due(work, rule, row, moment):
                return False
            if not holds(work.rights(rule.entity.name).erase, work.situation(row)):
                raise Forbidden("may_not_erase")
            if rule.field is None:
                erase(work, rule.entity.name, key, Why(actor.user_id, reason), _FATES[rule.keep.then])
            else:
                quiet, name = work.as_definition(), rule.field
                anonymise(quiet, {(rule.entity.name, key): {name: None}})
                work.store.audit.blank([key], lambda _change: [name])
            return True

    def _is_due(self, work: Work, rule: Rule, row: Row, moment: datetime) -> bool:
        due, person = rule.keep.due(moment, work.ground.model.settings.zone), rule.entity.person
        conditions = (due, person) if isinstance(person, Expression) else (due,)
        situation = work.situation(row)
        is_over = all(each.evaluate(situation) for each in conditions)
        return is_over and not is_restricted(work, rule.entity.name, row)

    def _swept(self, rule: Rule, now: datetime) -> bool:
        with self._records.work(_NOBODY, write=False) as work:
            since = work.store.announcements.since(rule.name, rule.said)
            ready = since is not None and since + NOTICE <= now
            found = self._found(work, rule, now - NOTICE) if ready else ()
            listed = (row["id"] for row in found if row["updated_at"] + NOTICE <= now)
            keys = list(islice(listed, BATCH))
        if since is None:
            self._announce(rule, now)
        reason = rule.reason(self._records.model.settings.languages[0])
        done = sum(self._taken(_NOBODY, rule, key, reason, until=now - NOTICE) for key in keys)
        if done:
            self._tell(rule, done, now)
        return done == BATCH

    @begun_again
    def _announce(self, rule: Rule, now: datetime) -> None:
        with self._records.work(_NOBODY) as work:
            work.store.announcements.put(rule.name, rule.said, now)

    @begun_again
    def _tell(self, rule: Rule, count: int, now: datetime) -> None:
        """Administrators hear of what went by itself."""
        title = {each: say(each, "privacy.went") for each in LANGUAGES}
        body = {
            each: say(each, "privacy.went_more", records=rule.entity.counted(count), count=count)
            for each in LANGUAGES
        }
        with self._records.work(_NOBODY) as work:
            people = administrators(work.store, self._records.model)
            told = [Notification(self._new_id(), user.id, now, title, body) for user in people]
            work.store.notifications.add(told)


_NOBODY = Actor(user_id=None, roles=frozenset(), source=Source.CLI, everything=True)
