from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from relasi.store import Session
from relasi.store.notifications import Notification
from relasi.store.users import User

NOW = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)


@pytest.fixture
def told(session: Session) -> Session:
    """Two notices for Ani, one for Budi."""
    for name in ("ani", "budi"):
        session.users.add(User(name, name, name, "", (), "en"))
    session.notifications.add([notice("a", "ani"), notice("b", "ani", after=1), notice("c", "budi")])
    return session


def notice(key: str, user_id: str, after: int = 0) -> Notification:
    return Notification(key, user_id, NOW + timedelta(minutes=after), {"en": key}, {}, "letter", "l1")


def test_notices_come_newest_first(told: Session) -> None:
    assert [each.id for each in told.notifications.of("ani")] == ["b", "a"]


def test_what_was_read_is_no_longer_new(told: Session) -> None:
    told.notifications.mark_read("ani", NOW, notification_id="b")
    assert told.notifications.unread("ani") == 1
    assert [each.id for each in told.notifications.of("ani", unread=True)] == ["a"]


def test_nobody_reads_the_notices_of_others(told: Session) -> None:
    told.notifications.mark_read("ani", NOW, notification_id="c")
    told.notifications.mark_read("ani", NOW)
    assert (told.notifications.unread("ani"), told.notifications.unread("budi")) == (0, 1)


def test_notices_of_records_that_go_are_forgotten(told: Session) -> None:
    told.notifications.add([replace(notice("d", "ani"), record_id="l2")])
    told.notifications.forget(["l1"])
    assert [each.id for each in told.notifications.of("ani")] == ["d"]


def test_a_renamed_entity_keeps_its_notices(told: Session) -> None:
    told.notifications.rename("letter", "mail")
    assert {each.entity for each in told.notifications.of("ani")} == {"mail"}
