"""The second factor: codes that a device makes of a secret every half minute (RFC 6238), and recovery codes
in place of it."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import pyotp

from relasi.accounts.history import History
from relasi.errors import Refused, SignInRefused
from relasi.platform.again import begun_again
from relasi.schema.model import Model
from relasi.store import Session, Store
from relasi.store.factors import Factor
from relasi.store.users import User

CODES = 10
_DRIFT = 1
"""So many steps of time a device may be early or late."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Of recovery codes: none that looks like another."""


@dataclass(frozen=True, slots=True)
class Device:
    """What a device is told once: `uri` as its camera reads it, `secret` as it is typed."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True)
class Held:
    """`since` is None where there is none; `codes` is how many recovery codes are left."""

    since: datetime | None
    codes: int


@dataclass(frozen=True)
class SecondFactor:
    """The second factors of a company's people."""

    model: Model
    store: Store
    clock: Callable[[], datetime]
    history: History

    def is_demanded(self, user: User) -> bool:
        """Whether one of the user's roles lets nobody in without."""
        roles = self.model.roles
        return any(roles[each].second_factor for each in user.roles if each in roles)

    def held(self, user: User) -> Held:
        with self.store.session(write=False) as session:
            factor = session.factors.get(user.id)
            return Held(factor.since if factor else None, session.factors.codes_left(user.id))

    @begun_again
    def device(self, user: User) -> Device:
        """What the device is to be told; the same until `confirm` has seen a code of it. Raises Refused where
        there is one that works."""
        with self.store.session() as session:
            factor = session.factors.get(user.id)
            if factor is not None and factor.since is not None:
                raise Refused("second_factor_held")
            if factor is None:
                factor = Factor(pyotp.random_base32())
                session.factors.put(user.id, factor)
        issuer = self.model.settings.name.replace(":", " ")
        uri = pyotp.TOTP(factor.secret).provisioning_uri(name=user.name.replace(":", " "), issuer_name=issuer)
        return Device(factor.secret, uri)

    @begun_again
    def confirm(self, user: User, code: str) -> tuple[str, ...]:
        """Lets the second factor count from now on: its recovery codes, which are given out here and never
        again. Raises SignInRefused for a wrong code."""
        now, codes = self.clock(), _new_codes()
        with self.store.session() as session:
            factor = session.factors.get(user.id)
            step = _step_of(factor.secret, code, now) if factor else None
            if factor is None or factor.since is not None or step is None:
                raise SignInRefused("code_refused")
            session.factors.put(user.id, replace(factor, since=now, last_step=step))
            session.factors.put_codes(user.id, map(_plain, codes))
            self._noted(session, user, "second_factor", "device")
        return codes

    @begun_again
    def renew_codes(self, user: User) -> tuple[str, ...]:
        """New recovery codes in place of those so far. Raises Refused where there is no second factor."""
        codes = _new_codes()
        with self.store.session() as session:
            if not is_held(session, user.id):
                raise Refused("second_factor_none")
            session.factors.put_codes(user.id, map(_plain, codes))
            self._noted(session, user, "recovery_codes", "new")
        return codes

    @begun_again
    def drop(self, user_id: str) -> None:
        with self.store.session() as session:
            if is_held(session, user_id):
                self.history.noted(session, user_id, {"second_factor": ("device", None)})
            session.factors.drop(user_id)

    def _noted(self, session: Session, user: User, what: str, new: str) -> None:
        """What only the person can have done, with the device in their hand."""
        self.history.by(user.id).noted(session, user.id, {what: (None, new)})


def is_held(session: Session, user_id: str) -> bool:
    factor = session.factors.get(user_id)
    return factor is not None and factor.since is not None


def is_right(session: Session, user_id: str, typed: str, now: datetime) -> bool:
    """Whether it is a code of the user's device, or one of the recovery codes; either is spent by it."""
    factor = session.factors.get(user_id)
    if factor is None or factor.since is None:
        return False
    step = _step_of(factor.secret, typed, now)
    if step is not None:
        return session.factors.spend(user_id, step)
    return session.factors.spend_code(user_id, _plain(typed))


def _step_of(secret: str, typed: str, now: datetime) -> int | None:
    """The step of time that the code is of; None where it is of none at hand."""
    totp, code = pyotp.TOTP(secret), _plain(typed)
    current = int(now.timestamp()) // totp.interval
    steps = range(current - _DRIFT, current + _DRIFT + 1)
    right = [step for step in steps if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())]
    return right[-1] if right else None


def _new_codes() -> tuple[str, ...]:
    return tuple(
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4)) for _ in range(CODES)
    )


def _plain(typed: str) -> str:
    """Without what people put between the characters."""
    return re.sub(r"[\s-]", "", typed).lower()
