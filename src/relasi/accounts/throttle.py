"""The brake on guessing: who fails too often waits, by the name they tried and by where they come from."""

from __future__ import annotations

from datetime import datetime, timedelta

from relasi.errors import SignInRefused
from relasi.store import Session

WINDOW = timedelta(minutes=15)
_TRIES_OF_NAME = 5
_TRIES_OF_ADDRESS = 30


def demand_patience(session: Session, name: str, address: str, now: datetime) -> None:
    """Raises SignInRefused where one of the two has failed too often within the window."""
    failures = session.tries.count(name, address, since=now - WINDOW, until=now)
    if failures.by_name >= _TRIES_OF_NAME or failures.by_address >= _TRIES_OF_ADDRESS:
        raise SignInRefused("sign_in_throttled", minutes=int(WINDOW.total_seconds() // 60))


def failed(session: Session, name: str, address: str, now: datetime) -> None:
    session.tries.add(name, address, now)


def succeeded(session: Session, name: str, now: datetime) -> None:
    """Forgets the failures of the name."""
    session.tries.clear(name, before=now - WINDOW)
