"""Subscriptions: what people get as mails, and when the next one is due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from relasi.messages.sender import REPORT
from relasi.platform.again import begun_again
from relasi.reports.listed import Listed
from relasi.reports.liststate import VIEW, ListState
from relasi.reports.onlooker import Onlooker
from relasi.schema.model import Model
from relasi.schema.recurrence import read_recurrence
from relasi.store import Session, Store
from relasi.store.effects import Effect
from relasi.store.subscriptions import Subscription
from relasi.texts import say

RHYTHMS = {
    "daily": "every day",
    "working_days": "every working day",
    **{day: f"every {day}" for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday")},
    "sunday": "every sunday",
    "monthly": "every month on the 1st",
}
"""How often a mail comes, in the words of recurrences."""
_NEVER = timedelta(days=366)


class SubscriptionSweep:
    """Puts a mail into the outbox for each subscription that is due, in the transaction that says when the
    next one is: whatever is killed in between, there is one mail and no other. A late one is sent once."""

    def __init__(self, model: Model, store: Store, new_id: Callable[[], str]) -> None:
        self._model, self._store, self._new_id = model, store, new_id

    @begun_again
    def __call__(self, now: datetime) -> bool:
        with self._store.session(write=False) as session:
            if not session.subscriptions.any_due(now):
                return False
        with self._store.session() as session:
            subscription = session.subscriptions.claim(now)
            if subscription is None:
                return False
            session.subscriptions.put(replace(subscription, due_at=due_after(self._model, subscription, now)))
            user = session.users.get(subscription.user_id)
            if user is not None and user.active and user.email:
                subject = say(user.language, "messages.report", company=self._model.settings.name)
                payload = {"subscription": subscription.id, "subject": subject}
                session.effects.add(Effect(self._new_id(), REPORT, user.email, payload, now))
        return True


def due_after(model: Model, subscription: Subscription, moment: datetime) -> datetime:
    """When the first mail after a moment is due, by the clocks of the company."""
    recurrence = read_recurrence(f"{RHYTHMS[subscription.rhythm]} at {subscription.clock}")
    assert recurrence is not None
    return recurrence.after(moment, model.settings.calendar) or moment + _NEVER


def listed_by(
    onlooker: Onlooker, session: Session, subscription: Subscription
) -> tuple[Listed, ListState] | None:
    """The list and what was chosen on it: as the view is now, where a view was subscribed to. None where the
    onlooker has it no longer."""
    name, query = subscription.name, {key: list(each) for key, each in subscription.query.items()}
    if name not in onlooker.model.entities or not onlooker.may_read(name):
        return None
    if query.keys() == {VIEW}:
        views = session.views.of(onlooker.user.id, onlooker.user.post.team, name)
        found = [each for each in views if [each.id] == query[VIEW]]
        if not found:
            return None
        query = {key: list(each) for key, each in found[0].query.items()}
    listed = Listed.of(onlooker, onlooker.entity(name))
    return listed, listed.state(query)


def called(onlooker: Onlooker, session: Session, subscription: Subscription) -> str | None:
    """What the page is called; None where the onlooker has it no longer."""
    if subscription.kind == "dashboard":
        dashboard = onlooker.model.dashboards.get(subscription.name)
        return None if dashboard is None else onlooker.label(dashboard.label)
    found = listed_by(onlooker, session, subscription)
    if found is None:
        return None
    listed, state = found
    (view,) = subscription.query.get(VIEW, [""])
    views = session.views.of(onlooker.user.id, onlooker.user.post.team, subscription.name) if view else ()
    name = next((each.name for each in views if each.id == view), None)
    label = name or onlooker.label(listed.saved[state.saved].label)
    return f"{onlooker.label(listed.entity.plural)}: {label}"
