"""How well records are found that are one and the same, and how fast: python -m benchmarks.duplicates FOLDER

FOLDER has febrl1.csv and febrl2.csv, made-up people of whom it is known who is one (rec-12-org,
rec-12-dup-0), and chicago_messy_input.csv, child care centres of Chicago from several lists, of which nobody
knows for certain: there, the same telephone number and postcode stand for the truth.
"""

from __future__ import annotations

import csv
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import combinations
from pathlib import Path

from relasi.schema.likeness import Liked, TwinRule, Wording

Row = dict[str, str]
Pair = frozenset[int]
_LARGEST = 200
"""Of records that share a key; more say nothing."""


def _rule(at_least: float, *like: Liked) -> TwinRule:
    return TwinRule("rule", {}, None, (), like, at_least, None, refuses=False)


PEOPLE = (
    _rule(
        0.72,
        Liked("name", Wording.PERSON, 0.5),
        Liked("street", Wording.ADDRESS, 0.3),
        Liked("place", Wording.TEXT, 0.2),
    ),
    _rule(
        0.75,
        Liked("street", Wording.ADDRESS, 0.5),
        Liked("place", Wording.TEXT, 0.3),
        Liked("name", Wording.PERSON, 0.2),
    ),
)
CENTRES = (
    _rule(0.8, Liked("name", Wording.COMPANY, 0.5), Liked("street", Wording.ADDRESS, 0.5)),
    _rule(0.8, Liked("street", Wording.ADDRESS, 0.6), Liked("name", Wording.COMPANY, 0.4)),
)


def main(folder: Path) -> None:
    for name in ("febrl1.csv", "febrl2.csv"):
        rows = [_person(row) for row in _read(folder / name)]
        _tell(name, PEOPLE, rows, lambda row: row["id"].split("-")[1])
    centres = [_centre(row) for row in _read(folder / "chicago_messy_input.csv")]
    known = [row for row in centres if row["phone"] and row["postcode"]]
    _tell("chicago_messy_input.csv", CENTRES, known, lambda row: (row["phone"], row["postcode"]))


def _read(path: Path) -> Iterable[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, skipinitialspace=True):
            yield {key.strip(): (value or "").strip() for key, value in row.items()}


def _person(row: Row) -> Row:
    return {
        "id": row["rec_id"],
        "name": f"{row['given_name']} {row['surname']}".strip(),
        "street": f"{row['street_number']} {row['address_1']}".strip(),
        "place": f"{row['suburb']} {row['postcode']} {row['date_of_birth']}".strip(),
    }


def _centre(row: Row) -> Row:
    return {
        "name": row["Site name"],
        "street": row["Address"],
        "phone": row["Phone"][-7:],
        "postcode": row["Zip"],
    }


def _tell(name: str, rules: Sequence[TwinRule], rows: list[Row], truth: Callable[[Row], Hashable]) -> None:
    begun = time.perf_counter()
    by_rule = [(rule, _near(rule, rows)) for rule in rules]
    near = set().union(*(pairs for _, pairs in by_rule))
    found = {
        pair for rule, pairs in by_rule for pair in pairs if rule.likeness(*(rows[each] for each in pair))
    }
    took = time.perf_counter() - begun
    meant = _pairs(rows, truth)
    right = len(found & meant)
    print(
        f"{name}: {len(rows)} rows, {len(meant)} pairs; found {len(found)}, precision "
        f"{right / len(found):.3f}, recall {right / len(meant):.3f} (of what shares a key "
        f"{len(near & meant) / len(meant):.3f}); {1000 * took / len(rows):.2f} ms a row"
    )


def _near(rule: TwinRule, rows: list[Row]) -> set[Pair]:
    held: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        for key in set(rule.keys(row)):
            held[key].append(place)
    groups = (each for each in held.values() if len(each) <= _LARGEST)
    return {frozenset(pair) for group in groups for pair in combinations(group, 2)}


def _pairs(rows: list[Row], truth: Callable[[Row], Hashable]) -> set[Pair]:
    held: dict[Hashable, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        held[truth(row)].append(place)
    return {frozenset(pair) for group in held.values() for pair in combinations(group, 2)}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
