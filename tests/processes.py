"""Processes of their own for tests of what several do at once, or of what a kill leaves behind.

Each is forked from one that has imported Relasi already, so that starting it costs nothing.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable
from typing import Any

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    ["alembic.op", "hypothesis", "pytest", "relasi.runtime", "relasi.importing.run"]
)


def start(do: Callable[..., None], *given: Any) -> multiprocessing.process.BaseProcess:
    """`do` stands at the top of its module, and is given what can be pickled."""
    process = PROCESSES.Process(target=do, args=given)
    process.start()
    return process


def was_killed(process: multiprocessing.process.BaseProcess) -> bool:
    """Whether it ended by a kill, once it has ended; any other failure is a mistake of the test."""
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0
