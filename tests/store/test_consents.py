from __future__ import annotations

from datetime import UTC, datetime, timedelta

from relasi.store import Session
from relasi.store.consents import Consent

NOW = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)


def note(session: Session, key: str, *, given: bool, purpose: str = "news", after: int = 0) -> None:
    at = NOW + timedelta(minutes=after)
    session.consents.add(Consent(key, "Budi@Example.com ", purpose, given, at, "form", "May we?"))


def test_the_newest_word_counts(session: Session) -> None:
    note(session, "a", given=True)
    note(session, "b", given=False, after=1)
    latest = session.consents.latest("budi@example.com", "news")
    assert latest
    assert not latest.given


def test_who_was_never_asked_has_said_nothing(session: Session) -> None:
    note(session, "a", given=True, purpose="other")
    assert session.consents.latest("budi@example.com", "news") is None


def test_every_word_is_kept(session: Session) -> None:
    note(session, "a", given=True)
    note(session, "b", given=False, after=1)
    assert [each.id for each in session.consents.of("BUDI@example.com")] == ["b", "a"]
