"""Processes that work until they are killed with -9, again and again, at any moment of their work.

All are forked from one that has worked before, so that each begins at once.
"""

from __future__ import annotations

import gc
import os
import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from multiprocessing.connection import Connection
from typing import Any

from relasi.runtime import Crm
from tests.processes import PROCESSES, start

Job = Callable[[Crm], Iterator[str]]
"""Works for ever; after each piece of work it says which one that was, or ""."""

Pipe = tuple[int, int]


def kill(opened: Callable[..., Crm], given: Sequence[Any], jobs: Sequence[Job], *, times: int) -> set[str]:
    """Lets all jobs work at once in processes of their own, and kills them in the middle of it, `times` in
    all: what they said they had done.

    `opened` makes their CRM of what is `given`; it and the jobs stand at the top of their module.
    """
    here, there = PROCESSES.Pipe(duplex=False)
    parent = start(_kill, there, opened, given, jobs, times)
    there.close()
    try:
        said: set[str] = here.recv()
    except EOFError:
        raise AssertionError("a process ended by itself") from None
    finally:
        parent.join()
    assert parent.exitcode == 0
    return said


def _kill(
    told: Connection, opened: Callable[..., Crm], given: Sequence[Any], jobs: Sequence[Job], times: int
) -> None:
    crm, dice = opened(*given), random.Random(7)
    said = {word for job in jobs for word in islice(job(crm), 1)}  # so that all is loaded and prepared
    crm.close()  # no connection is to be shared with children; each opens its own
    gc.freeze()
    for _ in range(0, times, len(jobs)):
        said |= _round(crm, jobs, dice)
    told.send(said - {""})


def _round(crm: Crm, jobs: Sequence[Job], dice: random.Random) -> set[str]:
    """One life of all jobs, in random order of their deaths."""
    ready, words = os.pipe(), os.pipe()
    children = [_born(crm, job, ready, words) for job in jobs]
    os.close(ready[1])
    os.close(words[1])
    for _ in children:
        os.read(ready[0], 1)  # all of them are in the middle of their work
    time.sleep(dice.uniform(0, 0.05))
    dice.shuffle(children)
    for child in children:
        time.sleep(dice.uniform(0, 0.01))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), f"it ended by itself: {status}"
    os.close(ready[0])
    with os.fdopen(words[0]) as file:
        return set(file.read().split())


def _born(crm: Crm, job: Job, ready: Pipe, words: Pipe) -> int:
    child = os.fork()
    if child:
        return child
    try:
        for word, first in zip(job(crm), _first(), strict=False):
            os.write(words[1], f"{word}\n".encode())
            if first:
                os.write(ready[1], b".")
    finally:
        os._exit(1)


def _first() -> Iterator[bool]:
    yield True
    yield from cycle([False])
