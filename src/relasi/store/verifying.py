"""Whether the audit log is what it was when its chain was forged: every entry, and all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from relasi.store.audit import Audit, Change
from relasi.store.chain import Link
from relasi.store.proof import renamed, requalified

Wrong = Literal["changed", "gone", "added", "link"]
"""added: an entry that no link covers and that does not wait for one; link: the chain itself is not whole."""

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Break:
    """The first thing that is wrong: an entry by its id, or the link before which the chain is broken."""

    what: Wrong
    link: int
    entry: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`head` is the number and the hash of the last link: who keeps it elsewhere knows later that all up to
    there is the same. `waiting` entries are in no link yet."""

    entries: int
    links: int
    waiting: int
    head: str | None
    broken: Break | None


def verify(audit: Audit, *, head: str | None = None, most: int | None = None) -> Verdict:
    """Looks at every link and entry, or at the last `most` links; `head` is one that was kept elsewhere.

    Raises PlatformError where the keys are missing that encrypted values need.
    """
    chain, broken, covered, renames = audit.chain, None, 0, list[Sequence[str]]()
    last = chain.last()
    expected = dict([_parted(head)]) if head else {}
    for link, before in islice(chain.links(), most):
        if not link.follows(before) or expected.pop(link.number, link.hash) != link.hash:
            broken = Break("link", link.number)
        elif wrong := _first_wrong(audit, link, renames):
            broken = wrong
        covered += len(link.entries)
        if link.renamed:
            renames.append(link.renamed)
    if expected:  # the link that was known is not there any more
        broken = broken or Break("link", next(iter(expected)))
    waiting, count = chain.count_waiting(), audit.count()
    if broken is None and most is None and count != covered + waiting:
        broken = _added(audit)
    return Verdict(
        count, last.number if last else 0, waiting, f"{last.number}:{last.hash}" if last else None, broken
    )


def _parted(head: str) -> tuple[int, str]:
    number, _, known = head.partition(":")
    return int(number) if number.isdigit() else 0, known


def _first_wrong(audit: Audit, link: Link, renames: Sequence[Sequence[str]]) -> Break | None:
    held = {each.id: each for each in audit.entries(link.entries.keys())}
    for id, digest in sorted(link.entries.items()):
        if id not in held:
            return Break("gone", link.number, id)
        if all(each.digest != digest for each in _as_it_was(held[id], renames)):
            return Break("changed", link.number, id)
    return None


def _as_it_was(change: Change, renames: Sequence[Sequence[str]]) -> Iterator[Change]:
    """The entry before the renames that followed it, of which the last one comes first. What had the new name
    before is not told apart from what got it, so each rename may have met it or not."""
    yield change
    found = [change]
    for rename in renames:
        made = [before for each in found if (before := _undone(each, rename)) is not None]
        yield from made
        found += made


def _undone(change: Change, rename: Sequence[str]) -> Change | None:
    match rename:
        case ("entity", was, new) if change.entity == new:
            return replace(change, entity=was)
        case ("field", entity, was, new) if change.entity == entity and new in change.fields:
            fields = {was if name == new else name: pair for name, pair in change.fields.items()}
            return replace(change, fields=fields, proof=change.proof and renamed(change.proof, new, was))
        case ("link", entity, field, was, new) if change.entity == entity and field in change.fields:
            pair = requalified(change.fields[field], new, was)
            return replace(change, fields={**change.fields, field: pair})
    return None


def _added(audit: Audit) -> Break:
    covered: set[str] = {id for link, _ in audit.chain.links() for id in link.entries}
    covered.update(audit.chain.all_waiting())
    return Break("added", 0, next(_unknown(audit, covered), None))


def _unknown(audit: Audit, covered: Collection[str]) -> Iterator[str]:
    after = ""
    while ids := audit.ids(after, _AT_ONCE):
        yield from (id for id in ids if id not in covered)
        after = ids[-1]
