from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from relasi.store import Session
from relasi.store.absences import Absence
from relasi.store.users import User

NOW = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)
LEAVE = Absence("a1", "u1", date(2026, 12, 1), date(2026, 12, 4), "u2", "u1", NOW)


@pytest.fixture(autouse=True)
def _two_users(session: Session) -> None:
    session.users.add(User("u1", "sari", "Sari", "", (), "en"))
    session.users.add(User("u2", "budi", "Budi", "", (), "en"))
    session.absences.add(LEAVE)


@pytest.mark.parametrize(
    ("day", "away"),
    [
        (date(2026, 11, 30), {}),
        (date(2026, 12, 1), {"u1": "u2"}),
        (date(2026, 12, 4), {"u1": "u2"}),
        (date(2026, 12, 5), {}),
    ],
)
def test_somebody_is_away_from_the_first_day_to_the_last(
    session: Session, day: date, away: dict[str, str | None]
) -> None:
    assert session.absences.away(day) == away


def test_an_absence_that_was_taken_back_no_longer_counts_and_is_still_known(session: Session) -> None:
    assert session.absences.end("a1", "u2", NOW)
    assert session.absences.away(date(2026, 12, 2)) == {}
    assert session.absences.of("u1", since=date(2026, 11, 1)) == ()
    assert session.absences.get("a1") == replace(LEAVE, ended_by="u2", ended_at=NOW)


def test_an_absence_is_taken_back_once(session: Session) -> None:
    session.absences.end("a1", "u2", NOW)
    assert not session.absences.end("a1", "u1", NOW)


def test_absences_are_listed_from_a_day_on_in_the_order_of_their_days(session: Session) -> None:
    earlier = replace(LEAVE, id="a2", first=date(2026, 11, 23), last=date(2026, 11, 24), delegate_id=None)
    other = replace(LEAVE, id="a3", user_id="u2", first=date(2026, 11, 25), delegate_id=None)
    session.absences.add(earlier)
    session.absences.add(other)
    assert session.absences.of("u1", since=date(2026, 11, 24)) == (earlier, LEAVE)
    assert session.absences.of("u1", since=date(2026, 11, 25)) == (LEAVE,)
    assert session.absences.coming(date(2026, 11, 25)) == (other, LEAVE)
