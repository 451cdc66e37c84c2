"""What row rules cost on 100,000 records: a page and a count of somebody with a role, against the same
records asked for by hand, and against the same page of all records by somebody whom no rule binds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from benchmarks.race import Race
from relasi.definitions import compile_project
from relasi.deploy import Stamp, apply, make_plan
from relasi.platform.sql.platform import SqlPlatform
from relasi.records import Actor, ListRequest
from relasi.records.actor import Source
from relasi.runtime import Crm, open_model
from relasi.schema.model import Sort
from relasi.store.users import Post, User

RECORDS, FIRMS, PEOPLE = 100_000, 1_000, 50
SETTINGS = "crm: 1\nname: Rules\nlanguages: [en]\ncurrency: IDR\ntime_zone: Asia/Jakarta\nplatform: local\n"
PLATFORM = "platform: local\nkind: sqlite\n"
ROLES = "roles: {own: {}, team: {}, region: {}, of_firm: {}, all_but: {}}\n"
TEAMS = "teams: {north: {}, south: {}, east: {}, west: {}, head: {}}\n"
FIRM = """
entity: firm
title: "{name}"
fields: {name: text, keeper: user}
access: {of_firm: {read: all}}
"""
DEAL = """
entity: deal
title: "{name}"
fields:
  name: text
  region: {type: text, index: true}
  amount: number
  secret: {type: boolean}
  due: {type: date, index: true}
  owner: user
  firm: {type: link, to: firm}
lists:
  due: {sort: [due], columns: [name, amount, due]}
access:
  own: {read: own}
  team: {read: own or team}
  region: {read: region = "r7"}
  of_firm: {read: firm.keeper = user}
  all_but: {read: all, deny: {read: secret = true}}
"""
RULES = {
    ("own",): "owner = user",
    ("team",): "owner = user or owner.team = user.team",
    ("region",): 'region = "r7"',
    ("of_firm",): "firm.keeper = user",
    ("all_but",): "secret != true",
    ("own", "region", "of_firm"): 'owner = user or region = "r7" or firm.keeper = user',
}
"""What somebody with these roles reads, as a filter."""


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crm]:
    root = tmp_path_factory.mktemp("rules")
    files = {
        "config/crm.yaml": SETTINGS,
        "config/platforms/local.yaml": PLATFORM,
        "config/roles.yaml": ROLES,
        "config/teams.yaml": TEAMS,
        "schema/firm.yaml": FIRM,
        "schema/deal.yaml": DEAL,
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    model, diagnostics, _ = compile_project(root)
    assert model is not None, [each.message for each in diagnostics]
    crm = open_model(root, model)
    apply(make_plan(model, crm.database, now=crm.clock()), model, crm.database, Stamp("1", crm.clock()))
    _fill(crm)
    yield crm
    crm.close()


def _fill(crm: Crm) -> None:
    now, teams = crm.clock(), list(crm.model.teams)
    system = {"version": 1, "created_at": now, "updated_at": now, "created_by": None, "updated_by": None}
    with crm.store.session() as session:
        for n in range(PEOPLE):
            post = Post(teams[n % len(teams)], (), ())
            session.users.add(User(f"u{n}", f"p{n}", f"P {n}", f"p{n}@example.com", (), "en", post=post))
    deals = [
        {
            **system,
            "id": f"d{n:06}",
            "name": f"Deal {n}",
            "region": f"r{n % 40}",
            "amount": n,
            "secret": n % 10 == 0,
            "due": (now + timedelta(days=n % 700)).date(),
            "owner": f"u{n % PEOPLE}",
            "firm": f"f{n * 7 % FIRMS}",
        }
        for n in range(RECORDS)
    ]
    firms = [{**system, "id": f"f{n}", "name": f"Firm {n}", "keeper": f"u{n % PEOPLE}"} for n in range(FIRMS)]
    with SqlPlatform(crm.database, crm.model).transaction() as transaction:
        transaction.insert("firm", firms)
        transaction.insert("deal", deals)
    crm.database.analyze()


@pytest.mark.parametrize("roles", RULES, ids="+".join)
@pytest.mark.parametrize(
    ("what", "peer"), [("page", "by hand"), ("page", "all records"), ("count", "by hand")]
)
def test_access(race: Race, crm: Crm, roles: tuple[str, ...], what: str, peer: str) -> None:
    bound = Actor("u3", frozenset(roles), Source.PAGE)
    free = Actor("u3", frozenset(), Source.PAGE, everything=True)
    sort = (Sort("due"),) if what == "page" else ()
    plain = ListRequest("deal", sort=sort, fields=("name", "amount", "due"))
    asked = ListRequest("deal", where=(RULES[roles],), sort=sort, fields=("name", "amount", "due"))
    records, name = crm.records, "+".join(roles)
    if what == "count":
        assert records.count(bound, plain, 10**6) == records.count(free, asked, 10**6)
        times = _Turns(lambda who, of: records.count(who, of), bound, free, plain, asked)
    else:
        ours, theirs = records.list(bound, plain).records, records.list(free, asked).records
        assert [each.id for each in ours] == [each.id for each in theirs]
        times = _Turns(lambda who, of: records.list(who, of), bound, free, plain, asked)
    against = times.by_hand if peer == "by hand" else times.of_all
    race.run(f"rules of {name}, {what}, against {peer}", times.ours, against, aim=1.3)


@dataclass(frozen=True, slots=True)
class _Turns:
    ask: Callable[[Actor, ListRequest], object]
    bound: Actor
    free: Actor
    plain: ListRequest
    asked: ListRequest

    def ours(self) -> object:
        return self.ask(self.bound, self.plain)

    def by_hand(self) -> object:
        return self.ask(self.free, self.asked)

    def of_all(self) -> object:
        return self.ask(self.free, self.plain)
