"""Notifications: what people are told inside the app, made for what each of them may know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from relasi.messages.attempts import said
from relasi.schema.model import Model
from relasi.store import Session
from relasi.store.effects import Effect
from relasi.store.notifications import Notification
from relasi.store.users import User
from relasi.texts import say


def hook_stopped(
    session: Session, model: Model, effect: Effect, new_id: Callable[[], str], now: datetime
) -> list[Notification]:
    """Tells the administrators that a webhook takes no more calls."""
    title, body = said("hook_stopped"), said("hook_stopped_more", to=effect.to)
    return [
        Notification(new_id(), user.id, now, title, body, workflow=effect.workflow)
        for user in administrators(session, model)
    ]


def undelivered(
    session: Session, model: Model, effect: Effect, new_id: Callable[[], str], now: datetime
) -> list[Notification]:
    """Tells the administrators that something was given up, and why: the note of the effect.

    A mail server that is gone would make a notice for each mail of a campaign.
    """
    title, note = said(f"undelivered_{effect.kind}"), effect.note or {}
    body = {
        language: say(language, "messages.undelivered_more", to=effect.to, reason=note.get(language, ""))
        for language in title
    }
    return warn(session, model, title, body, workflow=effect.workflow, new_id=new_id, at=now)


def warn(
    session: Session,
    model: Model,
    title: Mapping[str, str],
    body: Mapping[str, str],
    *,
    workflow: str | None = None,
    new_id: Callable[[], str],
    at: datetime,
) -> list[Notification]:
    """Tells the administrators, but those who have not read the last such notice of the rule."""
    return [
        Notification(new_id(), user.id, at, title, body, workflow=workflow)
        for user in administrators(session, model)
        if not any(
            (each.title, each.workflow) == (title, workflow)
            for each in session.notifications.of(user.id, unread=True)
        )
    ]


def administrators(session: Session, model: Model) -> tuple[User, ...]:
    return session.users.with_role([role.name for role in model.roles.values() if role.everything])
