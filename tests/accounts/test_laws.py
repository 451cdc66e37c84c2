"""Whatever people do with their sessions, a token opens exactly while its session is meant to last."""

from __future__ import annotations

import tempfile
from datetime import datetime
from itertools import count
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule

from relasi.accounts import SESSION_LENGTH, Accounts
from relasi.platform.sql.database import Database
from relasi.store import Store
from relasi.store.sessions import key_of
from tests.accounts.conftest import PASSWORD
from tests.builders import model
from tests.records.world import Clock


class Sessions(RuleBasedStateMachine):
    tokens: Bundle[str] = Bundle("tokens")

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.folder = tempfile.TemporaryDirectory()
        self.database = Database.at(Path(self.folder.name) / "crm.db")
        store, ids = Store(self.database), count(1)
        store.prepare()
        self.accounts = Accounts(model(), store, self.clock, lambda: f"u{next(ids)}")
        self.user = self.accounts.add(
            "sari", full_name="Sari", email="", roles=[], language="en", password=PASSWORD
        )
        self.active = True
        self.ends: dict[str, datetime] = {}
        self.known: set[str] = set()

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()

    @rule(target=tokens)
    @precondition(lambda self: self.active)
    def sign_in(self) -> str:
        token = self.accounts.sign_in("sari", PASSWORD, address="10.0.0.1")
        assert token not in self.known
        self.known.add(token)
        self.ends[token] = self.clock.now + SESSION_LENGTH
        return token

    @rule(token=tokens)
    def sign_out(self, token: str) -> None:
        self.accounts.sign_out(token)
        self.ends.pop(token, None)

    @rule(token=tokens)
    def end_one(self, token: str) -> None:
        with self.accounts.store.session() as session:
            session.sessions.close_one(self.user.id, key_of(token))
        self.ends.pop(token, None)

    @rule(token=tokens)
    def end_others(self, token: str) -> None:
        self.accounts.end_sessions(self.user.id, but=token)
        self.ends = {each: at for each, at in self.ends.items() if each == token}

    @rule(token=tokens)
    def change_password(self, token: str) -> None:
        self.accounts.set_password(self.user.id, PASSWORD, but=token)
        self.ends = {each: at for each, at in self.ends.items() if each == token}

    @rule()
    def disable(self) -> None:
        self.accounts.disable(self.user.id)
        self.active = False
        self.ends = {}

    @rule()
    def enable(self) -> None:
        self.accounts.enable(self.user.id)
        self.active = True

    @rule(days=st.sampled_from([0.01, 5, 13.9, 14]))
    def wait(self, days: float) -> None:
        self.clock.advance(days=days)

    @invariant()
    def a_token_opens_while_its_session_lasts(self) -> None:
        opens = {token for token in self.known if self.accounts.user_of(token) is not None}
        assert opens == {token for token, end in self.ends.items() if self.clock.now < end}


TestSessions = Sessions.TestCase
TestSessions.settings = settings(max_examples=6, stateful_step_count=12, deadline=None)
