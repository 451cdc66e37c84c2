"""How long people wait who work at the same time: real sign-ins and sessions, one server, 100,000 customers.

python -m benchmarks.load --users 50 --seconds 120

Everybody reads, types and clicks on their own; what is measured goes from a click to the end of the script
that it runs, as their browser sees it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import perf_counter

from websockets.exceptions import ConnectionClosed

from benchmarks.browsing import PageFailedError, Tab, open_tab
from benchmarks.world import RECORDS, make_world
from tests.serving import Server, relasi_run

AIM = 0.3
"""Seconds that nineteen of twenty clicks may take."""
_PLACE = "sales.customer"
_ALL, _MINE = 0, 1
_FIRST = "first page"
_TOLD = 4000
"""Characters of the server's log, where something failed."""
_PATIENCE = 30.0
"""Seconds after which a click counts as lost."""


@dataclass(slots=True)
class Tally:
    """What was measured: seconds by what was done, those of the server's processor too, and what went wrong.
    Where several work at the same time, nobody can say whose click the processor worked for."""

    took: dict[str, list[float]] = field(default_factory=dict)
    spent: dict[str, float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def note(self, what: str, took: float, spent: float) -> None:
        self.took.setdefault(what, []).append(took)
        self.spent[what] = self.spent.get(what, 0.0) + spent


async def journey(tab: Tab, number: random.Random) -> AsyncIterator[tuple[str, float]]:
    """What somebody does who sells, over and over; each click is told once it is answered."""
    yield "open the list", await tab.open("sales-customer")
    while True:
        yield "search", await tab.enter(f"{_PLACE}.search", str(number.randrange(10_000, RECORDS)))
        yield "search no more", await tab.enter(f"{_PLACE}.search", "")
        yield "filter", await tab.choose(f"{_PLACE}.list", _MINE)
        yield "next page", await tab.press(f"{_PLACE}.next")
        link = number.choice(tab.data(f"{_PLACE}.table")["rows"])["link"]
        chosen = {"entity": link["entity"], "id": link["id"]}
        yield "open a record", await tab.tell(f"{_PLACE}.table", "open", chosen)
        yield "open its form", await tab.press(f"{_PLACE}.edit")
        form = f"{_PLACE}.edit.{link['id']}"
        tab.write(_field_of(tab, form, "notes"), f"Called, {number.randrange(10**9)}")
        yield "save", await tab.press(f"{form}.save")
        yield "back to the list", await tab.press(f"{_PLACE}.back")
        yield "filter", await tab.choose(f"{_PLACE}.list", _ALL)


def _field_of(tab: Tab, form: str, name: str) -> str:
    found = [key for key in tab.widgets if key.startswith(form) and key.endswith(f".{name}")]
    if not found:
        raise PageFailedError(f"the form has no {name}")
    return found[0]


async def person(server: Server, cookie: str, think: float, until: float, tally: Tally) -> None:
    """One user from the first page until the time is over. Whose page fails begins again in a new tab."""
    number = random.Random(cookie)
    await asyncio.sleep(number.uniform(0, think))
    while perf_counter() < until:
        with suppress(OSError):
            tab = await open_tab(server.address, cookie)
            try:
                clicks = journey(tab, number)
                while perf_counter() < until:
                    before = spent_by(server.process.pid)
                    what, took = await asyncio.wait_for(anext(clicks), _PATIENCE)
                    tally.note(what, took, spent_by(server.process.pid) - before)
                    await asyncio.sleep(number.uniform(0.5, 1.5) * think)
            except (PageFailedError, TimeoutError, ConnectionClosed) as failure:
                tally.failed.append(f"{type(failure).__name__}: {failure}"[:200])
            finally:
                await tab.socket.close()


async def work(server: Server, cookies: Iterable[str], think: float, seconds: float) -> Tally:
    tally, until = Tally(), perf_counter() + seconds
    await asyncio.gather(*(person(server, cookie, think, until, tally) for cookie in cookies))
    return tally


async def first_page(server: Server, cookie: str) -> Tally:
    """What the first page costs after the server has said that it is ready."""
    tally, before = Tally(), spent_by(server.process.pid)
    tab = await open_tab(server.address, cookie)
    took = await tab.open("sales-customer")
    await tab.socket.close()
    tally.note(_FIRST, took, spent_by(server.process.pid) - before)
    return tally


def report(tally: Tally, *, seconds: float, spent: float, alone: bool) -> Iterable[str]:
    """Lines for people. `spent` is processor time of the server; where somebody works `alone`, it is told of
    each kind of click."""
    every = [took for what, several in tally.took.items() for took in several if what != _FIRST]
    yield f"{'':20}{'clicks':>8}{'p50':>8}{'p95':>8}{'max':>8}{'CPU':>8}  ms"
    for what, took in {**tally.took, "all": every}.items():
        figures = (_share(took, 50), _share(took, 95), max(took))
        is_known = (alone or what == _FIRST) and what in tally.spent
        cost = f"{tally.spent[what] / len(took) * 1000:8.0f}" if is_known else ""
        yield f"{what:20}{len(took):8}" + "".join(f"{figure * 1000:8.0f}" for figure in figures) + cost
    met = "met" if _share(every, 95) < AIM else "not met"
    yield f"p95 below {AIM * 1000:.0f} ms: {met}; {len(tally.failed)} failed"
    each = spent / len(every) * 1000
    yield f"the server used {spent:.1f} s of a processor in {seconds:.0f} s, {each:.0f} ms a click"
    yield from sorted(set(tally.failed))


def _share(took: Sequence[float], percent: int) -> float:
    return quantiles(took, n=100, method="inclusive")[percent - 1] if len(took) > 1 else took[0]


def spent_by(process: int) -> float:
    """Seconds of processor time of all its threads."""
    parts = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--think", type=float, default=10, help="seconds between two clicks, on average")
    parser.add_argument("--records", type=int, default=RECORDS)
    asked = parser.parse_args(arguments)
    with TemporaryDirectory(prefix="relasi-load-") as place:
        names = make_world(Path(place), people=asked.users, records=asked.records)
        with relasi_run(Path(place)) as server:
            cookies = [server.cookie(name) for name in names]
            told = f"{asked.users} users, {asked.think:g} s to think, {asked.records:,} customers"
            first = asyncio.run(first_page(server, cookies[0]))
            before, load = spent_by(server.process.pid), os.getloadavg()[0]
            tally = asyncio.run(work(server, cookies, asked.think, asked.seconds))
            spent = spent_by(server.process.pid) - before
            if tally.failed:
                sys.stderr.write(server.log.read_text(errors="replace")[-_TOLD:])
    sys.stdout.write(f"{told}; load of the machine {load:.1f} before, {os.getloadavg()[0]:.1f} after\n")
    if not tally.took:
        sys.exit(f"nothing was answered: {tally.failed[:1]}")
    tally.took, tally.spent = {**first.took, **tally.took}, {**first.spent, **tally.spent}
    for line in report(tally, seconds=asked.seconds, spent=spent, alone=asked.users == 1):
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
