"""How much more several processes do than one: lists that are read and records that are made, as pages do it.

python -m benchmarks.scale
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from benchmarks.site import compiled, opened
from benchmarks.test_create import COMPLAINT, CUSTOMER
from benchmarks.test_page import COLUMNS, FILTER, PAGE
from benchmarks.test_platforms import server_settings, tasks
from relasi.errors import PlatformUnavailable
from relasi.platform.sql.platform import SqlPlatform
from relasi.records import Actor, ListRequest
from relasi.runtime import Crm, open_model
from relasi.schema.model import Model, Sort
from tests.postgresql import Server, started

SECONDS = 3.0
PROCESSES = (1, 2, 4)
Work = Callable[[Crm, Actor], object]


def read(crm: Crm, agent: Actor) -> object:
    return crm.records.list(
        agent, ListRequest("task", where=(FILTER,), sort=(Sort("due_at"),), fields=COLUMNS, limit=PAGE)
    )


def write(crm: Crm, agent: Actor) -> object:
    customer = crm.records.create(agent, "customer", CUSTOMER)
    return crm.records.create(agent, "complaint", {**COMPLAINT, "customer": customer.id})


@dataclass(frozen=True, slots=True)
class Measured:
    """`seconds` and `server` are of processor time, ours and that of the database server: what is left to
    others does not count."""

    done: int
    refused: int
    seconds: float
    server: float

    def __str__(self) -> str:
        each = 1000 / max(self.done, 1)
        cost = f"{self.seconds * each:.2f} ms of our processor, {self.server * each:.2f} ms of the server's"
        return f"{self.done / SECONDS:,.0f} a second, {cost}, {self.refused} refused"


def measure(root: Path, model: Model, agent: Actor, work: Work, processes: int, server: Server) -> Measured:
    before = _spent_by(server)
    begun = [_begun(root, model, agent, work) for _ in range(processes)]
    told = [os.read(descriptor, 60).split() for descriptor, _ in begun]
    for _, child in begun:
        os.waitpid(child, 0)
    spent = _spent_by(server) - before
    return Measured(
        sum(int(each[0]) for each in told),
        sum(int(each[1]) for each in told),
        sum(float(each[2]) for each in told),
        spent,
    )


def _begun(root: Path, model: Model, agent: Actor, work: Work) -> tuple[int, int]:
    told, tells = os.pipe()
    child = os.fork()
    if child:
        os.close(tells)
        return told, child
    done = refused = 0
    spent = 0.0
    try:
        crm = open_model(root, model)
        work(crm, agent)  # what is made once is made before the clock runs
        spent, end = -process_time(), perf_counter() + SECONDS
        while perf_counter() < end:
            try:
                work(crm, agent)
                done += 1
            except PlatformUnavailable:
                refused += 1
        spent += process_time()
        crm.close()
    finally:
        os.write(tells, f"{done} {refused} {spent}".encode())
        os._exit(0)


def _spent_by(server: Server) -> float:
    """Processor time of the server and of all its processes, those that ended too."""
    first = int((server.home / "data" / "postmaster.pid").read_text().split()[0])
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            pid, _, rest = stat.read_text().partition(" ")
            parts = rest.rpartition(")")[2].split()
            if first in (int(pid), int(parts[1])):
                ticks += sum(map(int, parts[11:15] if int(pid) == first else parts[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def main(folder: Path) -> None:
    model = compiled()
    with started() as server:
        for name, on in (("SQLite", model), ("PostgreSQL", replace(model, platform=server_settings(server)))):
            site = opened(folder / name, on)
            with SqlPlatform(site.crm.database, on).transaction() as transaction:
                transaction.insert("task", [{**each, "about": None} for each in tasks(site, 20_000)])
            site.crm.database.analyze()
            site.crm.close()
            for work in (read, write):
                for processes in PROCESSES:
                    found = measure(folder / name, on, site.agent, work, processes, server)
                    what = f"{name}, {work.__name__}, {processes} process(es)"
                    sys.stdout.write(f"{what}: {found}\n")
                    sys.stdout.flush()


if __name__ == "__main__":
    with TemporaryDirectory(prefix="relasi-scale-") as place:
        main(Path(place))
