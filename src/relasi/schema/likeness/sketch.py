"""Keys by which texts that are alike are found among many, without comparing each with each.

MinHash with banding: Broder, "On the resemblance and containment of documents" (1997); Leskovec, Rajaraman
and Ullman, "Mining of Massive Datasets", chapter 3. Texts are sets of trigrams of their words, so that the
order of the words does not matter. Two share a key with the probability 1 - (1 - s**ROWS)**BANDS, where s is
what part of their trigrams they share: 0.3: 28 %, 0.5: 80 %, 0.7: 99.4 %.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache, reduce
from hashlib import blake2b
from random import Random

BANDS, ROWS = 12, 3
_PRIME = (1 << 61) - 1
_TURNS = Random(7)  # noqa: S311  # chooses the hash functions once and for good: keys that are kept must stay
_FUNCTIONS = tuple((_TURNS.randrange(1, _PRIME), _TURNS.randrange(_PRIME)) for _ in range(BANDS * ROWS))

Signature = tuple[int, ...]


def band_keys(words: Iterable[str]) -> Iterator[str]:
    """BANDS keys; none for no words."""
    signatures = [_signature(each) for each in set(words)]
    if not signatures:
        return
    whole = reduce(lambda one, other: tuple(map(min, one, other)), signatures)
    for band in range(BANDS):
        part = whole[band * ROWS : (band + 1) * ROWS]
        yield f"{band}:{'.'.join(f'{each:x}' for each in part)}"


@lru_cache(maxsize=65_536)
def _signature(word: str) -> Signature:
    """For each hash function the least that it gives for any trigram of the word; that of several words is
    the least of theirs."""
    padded = f"  {word} "
    hashes = [_hash(padded[place : place + 3]) for place in range(len(padded) - 2)]
    return tuple(min((a * each + b) % _PRIME for each in hashes) for a, b in _FUNCTIONS)


@lru_cache(maxsize=65_536)
def _hash(trigram: str) -> int:
    return int.from_bytes(blake2b(trigram.encode(), digest_size=7).digest(), "big")
