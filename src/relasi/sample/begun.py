"""What is there of a large sample that was broken off, so that it can go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from relasi.records import Source, Work
from relasi.schema.samples import SampleSet
from relasi.store.users import User

_OURS = {Source.SAMPLE.value, Source.RULE.value}


class OtherDataError(Exception):
    """There is something that is not the beginning of this sample."""


@dataclass(frozen=True, slots=True)
class Begun:
    """`users` are all that there are to be, `missing` those of them who are not there yet; `ids` are those of
    the records that were entered, by entity, in their order."""

    users: Sequence[User]
    missing: Sequence[User]
    ids: Mapping[str, Sequence[str]]


def begun(work: Work, users: Sequence[User], sets: Sequence[SampleSet], counts: Mapping[str, int]) -> Begun:
    """What is there already of these users, and of so many records of each set.

    Raises OtherDataError where somebody else has worked here, or a sample of another size was made."""
    known = {each.name: each for each in work.store.users.list()}
    if known.keys() - {each.name for each in users} or work.store.origins.sources() - _OURS:
        raise OtherDataError
    ids = work.store.origins.brought(Source.SAMPLE.value)
    if _is_of_another_size(sets, counts, ids):
        raise OtherDataError
    wanted = [known.get(each.name, each) for each in users]
    return Begun(wanted, [each for each in wanted if each.name not in known], ids)


def _is_of_another_size(
    sets: Sequence[SampleSet], counts: Mapping[str, int], ids: Mapping[str, Sequence[str]]
) -> bool:
    """Sets are entered one after the other: what grows first is all there before anything else is."""
    made = {entity: len(ids.get(entity, ())) for entity in counts}
    growing = [each.entity for each in sets if each.grows]
    has_more = any(made[entity] for entity in growing[1:])
    return any(made[entity] > counts[entity] for entity in counts) or (
        has_more and made[growing[0]] < counts[growing[0]]
    )
