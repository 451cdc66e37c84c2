"""A project to be served: the content of this repository with its sample, and very many customers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from relasi.accounts.passwords import hashed
from relasi.cli.deployment import make_ready
from relasi.platform.sql.platform import SqlPlatform
from relasi.records import Source
from relasi.runtime import Crm, open_crm
from relasi.store.users import Post, User
from tests.serving import copy_content

RECORDS = 100_000
_TRADES = ("Abadi", "Bersama", "Cahaya", "Dharma", "Elok", "Fajar", "Graha", "Harapan", "Indah", "Jaya")
_CITIES = ("Jakarta", "Bandung", "Semarang", "Surabaya", "Medan", "Makassar", "Denpasar")
_TIERS = ("standard", "standard", "standard", "silver", "gold")


def make_world(folder: Path, *, people: int, records: int) -> list[str]:
    """Makes the project in the folder. Gives the names of its people, who sign in as the sample's do."""
    with closing(open_crm(copy_content(folder))) as crm:
        make_ready(crm)
        made = list(_sellers(crm, people))
        with SqlPlatform(crm.database, crm.model).transaction() as transaction:
            transaction.insert("customer", list(_customers(crm, made, records)))
        crm.database.analyze()
        return [each.name for each in made]


def _sellers(crm: Crm, number: int) -> Iterator[User]:
    with crm.store.session() as session:
        for n in range(1, number + 1):
            name = f"seller{n}"
            full_name, email = f"Seller {n}", f"{name}@example.com"
            user = User(crm.new_id(), name, full_name, email, ("sales_rep",), "en", post=Post("sales"))
            session.users.add(user, hashed(f"relasi-{name}"))
            yield user


def _customers(crm: Crm, sellers: Sequence[User], number: int) -> Iterator[dict[str, object]]:
    """In no order of their names."""
    now, stored = crm.clock(), [field.name for field in crm.model.entities["customer"].own_fields]
    begun = crm.records.new_values(crm.actor(sellers[0], Source.PAGE), "customer")
    blank = {name: begun.get(name) for name in stored}
    for n in range(number):
        scattered = n * 7919 % number
        yield {
            **blank,
            "id": crm.new_id(),
            "version": 1,
            "name": f"PT {_TRADES[n % 10]} {_TRADES[n // 10 % 10]} {scattered}",
            "kind": "company",
            "number": f"CUS-X{n:06}",
            "tier": _TIERS[n % 5],
            "email": f"office{scattered}@example.com",
            "phone": f"+6221{50_000_000 + scattered}",
            "city": _CITIES[n % 7],
            "country": "Indonesia",
            "owner": sellers[n % len(sellers)].id,
            "created_at": now - timedelta(minutes=n),
            "updated_at": now - timedelta(minutes=n),
        }
