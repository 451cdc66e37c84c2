"""How much two texts are alike, from 0 to 1."""

from __future__ import annotations

from rapidfuzz.distance import JaroWinkler, Levenshtein

from relasi.schema.likeness.words import Wording, words_of

_LEAST = 0.8
"""Words that are less alike are different words."""
_OTHER_NUMBER = 0.5
"""What is left of the likeness of two addresses whose numbers differ: next door is not here."""
_INITIAL = 0.9


def likeness(one: str, other: str, wording: Wording) -> float:
    """Words are paired with the most alike of the other side, whatever their order, and count by their
    length: Monge and Elkan, "The field matching problem" (1996), in both directions, over the measure of
    Winkler (1990). What is written as one word here and as two there is compared as a whole, too."""
    left, right = words_of(one, wording), words_of(other, wording)
    if not left or not right:
        return 0.0
    if left == right:
        return 1.0
    paired = _paired(left, right, wording)
    whole = Levenshtein.normalized_similarity("".join(left), "".join(right))
    found = max(paired, whole)
    return found * _OTHER_NUMBER if wording is Wording.ADDRESS and _numbered_apart(left, right) else found


def _paired(left: tuple[str, ...], right: tuple[str, ...], wording: Wording) -> float:
    total = sum(map(len, left)) + sum(map(len, right))
    here = sum(len(word) * max(_alike(word, each, wording) for each in right) for word in left)
    there = sum(len(word) * max(_alike(word, each, wording) for each in left) for word in right)
    return (here + there) / total


def _alike(one: str, other: str, wording: Wording) -> float:
    if one == other:
        return 1.0
    if one.isdigit() or other.isdigit():
        return 0.0
    if wording is Wording.PERSON and 1 in (len(one), len(other)):
        return _INITIAL if one[0] == other[0] else 0.0
    found = JaroWinkler.similarity(one, other)
    return found if found >= _LEAST else 0.0


def _numbered_apart(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    here, there = ({each for each in side if each[0].isdigit()} for side in (left, right))
    return bool(here and there) and here.isdisjoint(there)
