"""How much more several processes do than one: lists that are read and records that are made, as pages do it.

python -m benchmarks.scale
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.site import compiled, opened
from benchmarks.test_create import COMPLAINT, CUSTOMER
from benchmarks.test_page import COLUMNS, FILTER, PAGE
from benchmarks.test_platforms import server_settings, tasks
from relasi.errors import PlatformUnavailable
from relasi.platform.sql.platform import SqlPlatform
from relasi.records import Actor, ListRequest
from relasi.runtime import Crm, open_model
from relasi.schema.model import Model, Sort
from tests.postgresql import started

SECONDS = 4.0
PROCESSES = (1, 2, 4, 8)
Work = Callable[[Crm, Actor], object]


def read(crm: Crm, agent: Actor) -> object:
    return crm.records.list(
        agent, ListRequest("task", where=(FILTER,), sort=(Sort("due_at"),), fields=COLUMNS, limit=PAGE)
    )


def write(crm: Crm, agent: Actor) -> object:
    customer = crm.records.create(agent, "customer", CUSTOMER)
    return crm.records.create(agent, "complaint", {**COMPLAINT, "customer": customer.id})


def measure(root: Path, model: Model, agent: Actor, work: Work, processes: int) -> tuple[float, int]:
    """How often all processes together do the work in a second, and how often it was refused."""
    begun = [_begun(root, model, agent, work) for _ in range(processes)]
    done = refused = 0
    for descriptor, child in begun:
        one, other = os.read(descriptor, 40).split()
        os.waitpid(child, 0)
        done, refused = done + int(one), refused + int(other)
    return done / SECONDS, refused


def _begun(root: Path, model: Model, agent: Actor, work: Work) -> tuple[int, int]:
    told, tells = os.pipe()
    child = os.fork()
    if child:
        os.close(tells)
        return told, child
    done = refused = 0
    try:
        crm = open_model(root, model)
        crm.records.count(agent, ListRequest("task"))  # what is made once is made before the clock runs
        end = perf_counter() + SECONDS
        while perf_counter() < end:
            try:
                work(crm, agent)
                done += 1
            except PlatformUnavailable:
                refused += 1
    finally:
        os.write(tells, f"{done} {refused}".encode())
        os._exit(0)


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
                    rate, refused = measure(folder / name, on, site.agent, work, processes)
                    what = f"{name}, {work.__name__}, {processes} process(es)"
                    sys.stdout.write(f"{what}: {rate:,.0f} a second, {refused} refused\n")
                    sys.stdout.flush()


if __name__ == "__main__":
    with TemporaryDirectory(prefix="relasi-scale-") as place:
        main(Path(place))
