"""What is entered together: records that were drawn, in the order of their moments, cut into pieces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from relasi.sample.drawing import Drawing
from relasi.sample.mending import Values

IN_A_ROW = 8
"""How many records one person enters before the next one does."""
_SITTING = timedelta(hours=1)
"""How long what rules hear of at one moment may have taken."""
_LONG_ROW = 200
_LONG_SITTING = timedelta(days=1)
"""The same in a large sample."""
_HEARD = timedelta(days=3)
"""In a large sample, rules hear of what was entered since then: what lies further back has had its
consequences, and to work them out anew takes longer than all the rest."""
UNHEARD = 500
"""So many records are entered at once of which rules do not hear."""

Drawn = tuple[int, Values, datetime | None]
"""The number of a record within its set, its values, and when it was entered; None is now."""


@dataclass(frozen=True, slots=True)
class Piece:
    drawing: Drawing
    drawn: Sequence[Drawn]
    is_heard: bool
    """Whether rules hear of it."""

    @property
    def entity(self) -> str:
        return self.drawing.entity.name


def pieces(drawing: Drawing, drawn: Sequence[Drawn], now: datetime, *, is_large: bool) -> Iterator[Piece]:
    """All that was drawn, which is in the order of its moments. Rules hear of what was entered at about the
    same time as of one thing."""
    heard = next((n for n, each in enumerate(drawn) if _is_heard(each, now)), len(drawn)) if is_large else 0
    for start in range(0, heard, UNHEARD):
        yield Piece(drawing, drawn[start : min(start + UNHEARD, heard)], is_heard=False)
    longest, sitting = (_LONG_ROW, _LONG_SITTING) if is_large else (IN_A_ROW, _SITTING)
    start = heard
    for end in range(start + 1, len(drawn) + 1):
        if end == len(drawn) or end - start == longest or _is_over(drawn[start], drawn[end], sitting):
            yield Piece(drawing, drawn[start:end], is_heard=True)
            start = end


def _is_heard(drawn: Drawn, now: datetime) -> bool:
    at = drawn[2]
    return at is None or now - at < _HEARD


def _is_over(first: Drawn, following: Drawn, sitting: timedelta) -> bool:
    begun, at = first[2], following[2]
    return begun is not None and (at is None or at - begun > sitting)
