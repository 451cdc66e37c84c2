from __future__ import annotations

from datetime import UTC, datetime, timedelta

from relasi.store import Session
from relasi.store.mail import Delivery

NOW = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)


def test_an_address_is_closed_once_with_the_first_reason(session: Session) -> None:
    assert session.correspondence.close("Budi@example.com", "gone", NOW)
    assert not session.correspondence.close("budi@example.com", "other", NOW)
    closed = session.correspondence.closed("BUDI@example.com")
    assert closed
    assert closed.reason == "gone"


def test_an_address_may_be_opened_again(session: Session) -> None:
    session.correspondence.close("budi@example.com", "gone", NOW)
    session.correspondence.open("Budi@example.com")
    assert session.correspondence.closed("budi@example.com") is None


def test_closed_addresses_come_newest_first(session: Session) -> None:
    session.correspondence.close("a@example.com", "gone", NOW)
    session.correspondence.close("b@example.com", "gone", NOW + timedelta(1))
    assert [each.to for each in session.correspondence.all_closed()] == ["b@example.com", "a@example.com"]


def test_each_hook_has_its_own_keys(session: Session) -> None:
    delivery = Delivery("desk", "k1", NOW, "d", "r1")
    session.correspondence.note_delivery(delivery, forget_before=NOW)
    assert session.correspondence.delivered("desk", "k1") == delivery
    assert session.correspondence.delivered("other", "k1") is None
