"""Relasi against its raw peer, in turns: what disturbs the machine then disturbs both alike."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

from pytest_benchmark.fixture import BenchmarkFixture

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Result:
    """Medians over the rounds: seconds for one time of the work, and the ratio of the two turns of a round.

    `aim` is how many times as long as the raw work Relasi may take.
    """

    name: str
    ours: float
    raw: float
    ratio: float
    aim: float | None

    def __str__(self) -> str:
        aim = "" if self.aim is None else f" (aim {self.aim:.1f})"
        return f"{self.name}: {self.ratio:.2f} x raw{aim}, {_shown(self.ours)} to {_shown(self.raw)}"


@dataclass(frozen=True, slots=True)
class Race:
    """`run` measures both in turns, and keeps the ratio beside the figures of pytest-benchmark."""

    benchmark: BenchmarkFixture
    results: list[Result] = field(repr=False)

    def run(
        self,
        name: str,
        ours: Work,
        raw: Work,
        *,
        aim: float | None = None,
        rounds: int = 40,
        times: int = 1,
        prepare: Work = lambda: None,
    ) -> None:
        """Does each work `times` times in each round; `prepare` comes before each turn, and is not timed."""
        raw_seconds: list[float] = []

        def ready() -> None:
            prepare()
            gc.collect()
            gc.freeze()  # the rows that the raw work holds ready would slow down the other's collections

        def raw_turn() -> None:
            ready()
            began = perf_counter()
            _repeat(raw, times)
            raw_seconds.append(perf_counter() - began)
            ready()

        self.benchmark.pedantic(  # type: ignore[no-untyped-call]  # pytest-benchmark has no annotations
            _repeat, (ours, times), setup=raw_turn, rounds=rounds, warmup_rounds=1
        )
        if self.benchmark.stats is None:  # --benchmark-disable
            return
        own_seconds: list[float] = self.benchmark.stats.stats.data
        rounds_of_both = list(zip(own_seconds, raw_seconds[-len(own_seconds) :], strict=True))
        ratio = median(own / other for own, other in rounds_of_both)
        result = Result(name, median(own_seconds) / times, median(raw_seconds) / times, ratio, aim)
        self.benchmark.extra_info |= {"ratio": round(ratio, 2), "raw": result.raw, "aim": aim}
        self.results.append(result)


def _repeat(work: Work, times: int) -> None:
    for _ in range(times):
        work()


def _shown(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.2f} ms"
