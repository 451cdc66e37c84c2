"""The words of names and addresses as they are compared: without case, accents, punctuation, titles and legal
forms, and with one spelling for what is written in several."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import Enum
from functools import lru_cache

_DOTTED = re.compile(r"\b(?:[^\W\d_]{1,3}\.){1,}(?=[^\W\d_]|\W|$)")
_NO_WORD = re.compile(r"[\W_]+")
_OLD_SPELLING = (("oe", "u"), ("dj", "j"), ("tj", "c"), ("sj", "sy"))
"""Indonesian before 1972, which many people keep in their names: Soekarno, Djoko."""


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_FORMS = _listed(
    """pt cv ud fa tbk persero perum perseroan firma koperasi kop ltd limited gmbh mbh inc incorporated llc
    llp plc corp corporation co company kg ag sa sarl spa srl bv nv ab oy as aps pte pty sdn bhd kk the and
    dan und"""
)
_TITLES = _listed(
    """bapak bpk pak ibu bu sdr sdri saudara saudari tuan tn nyonya ny nona nn mr mrs ms miss dr drs dra drg
    ir prof haji hajjah hj kh ust ustad ustadz se sh st skom spd ssi sip sos ssos sag sked skm stp spsi sikom
    mm msi mkom mpd mt mh mba msc ma phd amd bsc ba"""
)
_NO_PART = _listed("no nomor nr num kec kecamatan kel kelurahan kab kabupaten kota desa lt lantai")
_NAMES = dict.fromkeys(
    _listed("mohamad mohammad muhamad mohammed muhammed mohamed moch mochamad mochammad moh muh mohd"),
    "muhammad",
)
_STREETS = {
    "jln": "jl",
    "jalan": "jl",
    "gang": "gg",
    "kavling": "kav",
    "kaveling": "kav",
    "blk": "blok",
    "block": "blok",
    "street": "st",
    "str": "st",
    "avenue": "ave",
    "av": "ave",
    "boulevard": "blvd",
    "blvrd": "blvd",
    "road": "rd",
    "drive": "dr",
    "place": "pl",
    "parkway": "pkwy",
    "lane": "ln",
    "court": "ct",
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
}


class Wording(Enum):
    """What sort of words a field holds, as authors name it."""

    TEXT = "text"
    PERSON = "person"
    COMPANY = "company"
    ADDRESS = "address"


_LEFT_OUT: Mapping[Wording, frozenset[str]] = {
    Wording.TEXT: frozenset(),
    Wording.PERSON: _TITLES,
    Wording.COMPANY: _FORMS,
    Wording.ADDRESS: _NO_PART,
}
_SAME: Mapping[Wording, Mapping[str, str]] = {
    Wording.TEXT: {},
    Wording.PERSON: _NAMES,
    Wording.COMPANY: {},
    Wording.ADDRESS: _STREETS,
}


@lru_cache(maxsize=16_384)
def words_of(text: str, wording: Wording) -> tuple[str, ...]:
    """In their order. A text of nothing but what is left out keeps all of it."""
    plain = "".join(
        each for each in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(each)
    )
    plain = _DOTTED.sub(lambda found: found[0].replace(".", ""), plain)
    same = _SAME[wording]
    found = [same.get(each, each) for each in _NO_WORD.split(plain) if each]
    kept = [each for each in found if each not in _LEFT_OUT[wording]] or found
    return tuple(map(_newly_spelt, kept)) if wording is Wording.PERSON else tuple(kept)


def _newly_spelt(word: str) -> str:
    for old, new in _OLD_SPELLING:
        word = word.replace(old, new)
    return word
