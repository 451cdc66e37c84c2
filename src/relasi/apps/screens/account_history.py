"""What was done with an account, for administrators: what, when and by whom, the newest first."""

from __future__ import annotations

import streamlit as st

from relasi.accounts.history import history_of, people_in
from relasi.accounts.sentences import Telling
from relasi.apps.markdown import plain
from relasi.apps.visitor import Visitor
from relasi.apps.words.moments import exactly
from relasi.store.users import User
from relasi.texts import say


def account_history(visitor: Visitor, user: User) -> None:
    """Says nothing where nothing was done since there is a history."""
    with visitor.crm.store.session(write=False) as session:
        changes = history_of(session, user.id)
        people = session.users.names(people_in(changes))
    if not changes:
        return
    telling, showing = Telling(visitor.crm.model, visitor.language, people), visitor.showing()
    with st.expander(say(visitor.language, "accounts.account_history"), icon=":material/history:"):
        for change in changes:
            when = exactly(change.at, showing)
            deeds = "  \n".join(plain(each) for each in telling.deeds(change))
            st.markdown(f"{deeds}  \n:gray[{plain(f'{when} · {telling.author(change)}')}]")
