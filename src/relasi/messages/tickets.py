"""The ticket that every copy of a web form carries: it tells people from programs, and one sending from
another."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from relasi.errors import FormRefused
from relasi.messages.sealing import key_of, seal, unseal
from relasi.platform.again import begun_again
from relasi.schema.model.webform import WebForm
from relasi.store import Store

KEY = "web_forms"
WINDOW = timedelta(minutes=15)
_SOONEST = timedelta(seconds=2)
"""Nobody reads and fills in a form faster."""
_LATEST = timedelta(hours=12)
_FROM_ONE_ADDRESS = 30
_FROM_ALL = 1_000
"""So many tries to send a form are taken within the window."""


@dataclass(frozen=True, slots=True)
class Tickets:
    """Those of one CRM, at a moment."""

    store: Store
    now: datetime

    def issue(self, form: WebForm) -> str:
        content = (form.way_in, self.now.isoformat(), secrets.token_urlsafe(12))
        return seal(content, key_of(self.store, KEY))

    def admit(self, form: WebForm, ticket: str) -> str:
        """What tells this sending from all others. Raises FormRefused."""
        content = unseal(ticket, key_of(self.store, KEY))
        if content is None or len(content) != 3 or content[0] != form.way_in:
            raise FormRefused("form_no_ticket")
        age = self.now - datetime.fromisoformat(content[1])
        if age < _SOONEST:
            raise FormRefused("form_too_soon")
        if age > _LATEST:
            raise FormRefused("form_too_late")
        return content[2]

    @begun_again
    def count(self, form: WebForm, host: str) -> None:
        """Counts a try to send the form. Raises FormRefused where there were too many."""
        place = f"{form.way_in} {neighbourhood(host)}"
        with self.store.session() as session:
            tries = session.tries.count(form.way_in, place, since=self.now - WINDOW, until=self.now)
            if tries.by_address >= _FROM_ONE_ADDRESS or tries.by_name >= _FROM_ALL:
                raise FormRefused("form_throttled", minutes=int(WINDOW.total_seconds() // 60))
            session.tries.add(form.way_in, place, self.now)
            session.tries.forget(before=self.now - WINDOW)


def neighbourhood(host: str) -> str:
    """The address, or the network of an IPv6 address: one household has billions of those."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return f"{address.exploded[:19]}/64" if isinstance(address, IPv6Address) else host
