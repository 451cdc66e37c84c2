"""Who may decide one level of an approval, for whom, and when it is settled. Pure: people are ids."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from relasi.workflows.people import stand_in

Word = tuple[str, str]
"""Who spoke, and for whose seat: the same person where nobody is stood in for."""


@dataclass(frozen=True, slots=True)
class Panel:
    """`seats` maps each person who is asked to those who may speak for them. `needed` persons have to agree;
    None: every seat, or one in each of the `groups` where there are any. The word of one of `above` suffices
    alone."""

    seats: Mapping[str, frozenset[str]]
    needed: int | None
    above: frozenset[str] = frozenset()
    groups: tuple[frozenset[str], ...] = ()

    @property
    def deciders(self) -> frozenset[str]:
        """Everybody who may speak."""
        return self.above.union(*self.seats.values())

    @property
    def can_be_settled(self) -> bool:
        """Whether there are people enough."""
        voices = frozenset[str]().union(*self.seats.values())
        if self.needed is None:
            return bool(self.seats) and all(self.seats.values()) and all(self.groups)
        return len(voices) >= self.needed

    def seats_of(self, person: str) -> list[str]:
        """The seats that the person may speak for, their own first."""
        return sorted(
            (seat for seat, voices in self.seats.items() if person in voices),
            key=lambda seat: (seat != person, seat),
        )

    def open_to(self, words: Iterable[Word]) -> frozenset[str]:
        """Those who have not spoken and whose word would still matter."""
        spoken, filled = _split(words)
        asked = [group for group in self.groups if group.isdisjoint(filled)] or [frozenset(self.seats)]
        seats = {seat for group in asked for seat in group} - filled
        waiting = {voice for seat in seats for voice in self.seats[seat]}
        return frozenset((waiting | self.above) - spoken)

    def is_settled(self, words: Iterable[Word]) -> bool:
        """Whether those who agreed are enough. One person is one voice, however many seats they fill."""
        spoken, filled = _split(words)
        if spoken & self.above:
            return True
        if self.groups:
            return not any(group.isdisjoint(filled) for group in self.groups)
        if self.needed is None:
            return bool(self.seats) and self.seats.keys() <= filled
        return len(spoken) >= self.needed


def panel(
    members: Sequence[Collection[str]],
    *,
    needed: int | None,
    each: bool = False,
    above: Collection[str] = (),
    barred: str | None = None,
    away: Mapping[str, str | None],
    active: Collection[str],
) -> Panel:
    """The panel of these groups of members; where `each`, one of every group is needed. Whoever is away keeps
    their voice, and their stand-in has it too; `barred` has none, not even for others."""
    seats = {}
    for member in {member for group in members for member in group}:
        if member == barred:
            continue
        voices = {member}
        deputy = stand_in(member, away, active) if member in away else None
        if deputy is not None and deputy != barred:
            voices.add(deputy)
        seats[member] = frozenset(voices)
    groups = tuple(frozenset(group) & seats.keys() for group in members) if each else ()
    return Panel(seats, needed, frozenset(above) - {barred}, groups)


def _split(words: Iterable[Word]) -> tuple[set[str], set[str]]:
    pairs = list(words)
    return {speaker for speaker, _ in pairs}, {seat for _, seat in pairs}
