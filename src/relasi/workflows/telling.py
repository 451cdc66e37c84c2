"""What people are told of an approval, inside the app."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from relasi.texts import LANGUAGES, say
from relasi.workflows.actions.base import Running

if TYPE_CHECKING:
    from relasi.records.work import Work
    from relasi.store.approvals import Approval
    from relasi.store.notifications import Notification
    from relasi.store.users import User


def tell(
    running: Running, approval: Approval, people: Iterable[str], event: str, message: str | None
) -> None:
    """That their word is waited for: `event` is asked, reminded or escalated. With the message of that name,
    as far as each of them may read the record."""
    work = running.work
    users = [user for key in sorted(people) if (user := work.store.users.get(key)) is not None]
    title = _sentence(f"told_{event}", approval)
    work.store.notifications.add(
        [_notification(work, approval, user, title, _body(work, approval, user, message)) for user in users]
    )


def tell_of_end(work: Work, approval: Approval, status: str) -> None:
    """Tells whoever asked."""
    user = work.store.users.get(approval.requested_by or "")
    if user is not None:
        title = _sentence(f"told_{status}", approval)
        work.store.notifications.add([_notification(work, approval, user, title, {})])


def _sentence(key: str, approval: Approval) -> Mapping[str, str]:
    return {language: say(language, f"approvals.{key}", label=approval.label) for language in LANGUAGES}


def _body(work: Work, approval: Approval, user: User, message: str | None) -> Mapping[str, str]:
    if message is None:
        return {}
    from relasi.messages.filling import for_user

    seen = for_user(work, work.ground.model.messages[message], approval.record_id, user)
    return {} if seen is None else {language: each.text for language, each in seen.items()}


def _notification(
    work: Work, approval: Approval, user: User, title: Mapping[str, str], body: Mapping[str, str]
) -> Notification:
    from relasi.store.notifications import Notification

    return Notification(
        id=work.ground.new_id(),
        user_id=user.id,
        at=work.now,
        title=title,
        body=body,
        entity=approval.entity,
        record_id=approval.record_id,
        workflow=approval.workflow,
    )
