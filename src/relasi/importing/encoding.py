"""The encoding of a text file. A wrong guess spoils names for good, so what cannot be decided is refused."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from relasi.errors import ImportRefused

_CHUNK = 1 << 20
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
WESTERN = "cp1252"
"""The one encoding that is guessed, from how the text looks; reports say so."""
_WESTERN_LETTER = re.compile(r"[À-ÖØ-öø-ÿŠšŽžŒœŸ]")
_WESTERN_SYMBOL = re.compile(r"[\xa0€‚„…‘’“”•–—™¡£¥§©«®°±²³µ·º»½¿×ªƒ]")
_SYMBOL_INSIDE_WORD = re.compile(r"[a-z][\xa0€‚„…“”•™¡£¥§©«®±²³µ·º»½¿×ªƒ]+[a-z]")


def encoding_of(path: Path, told: str | None = None) -> str:
    """The encoding by its name in Python. Raises ImportRefused where it is unknown or cannot be decided."""
    if told is not None:
        return _known(told)
    with path.open("rb") as file:
        start = file.read(_CHUNK)
    for bom, name in _BOMS:
        if start.startswith(bom):
            return name
    if b"\0" in start:
        return _utf16_without_bom(start)
    if _is_utf8(path):
        return "utf-8"
    if _reads_as_western(start):
        return WESTERN
    raise ImportRefused("encoding_undecided")


def _known(name: str) -> str:
    try:
        found = codecs.lookup(name).name
        "".encode(found)
    except LookupError:
        raise ImportRefused("encoding_name_unknown", encoding=name) from None
    return "utf-8-sig" if found == "utf-8" else found


def _utf16_without_bom(start: bytes) -> str:
    """Text in a Latin script has a zero in every other byte; anything else with zeros is not text."""
    even, odd = start[0:4096:2].count(0), start[1:4096:2].count(0)
    half = len(start[:4096]) // 2
    if odd > half * 0.6 and even < half * 0.05:
        return "utf-16-le"
    if even > half * 0.6 and odd < half * 0.05:
        return "utf-16-be"
    raise ImportRefused("zero_bytes")


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                if b"\0" in chunk:
                    raise ImportRefused("zero_bytes")
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _reads_as_western(sample: bytes) -> bool:
    """True where every byte above ASCII is a letter or a sign as Western text has it: few, and in place."""
    try:
        text = sample.decode(WESTERN)
    except UnicodeDecodeError:
        return False
    special = [char for char in text if char > "\x7f"]
    letters = sum(bool(_WESTERN_LETTER.match(char)) for char in special)
    if letters + sum(bool(_WESTERN_SYMBOL.match(char)) for char in special) < len(special):
        return False
    plain = sum(char.isascii() and char.isalpha() for char in text)
    return letters * 4 <= plain and not _SYMBOL_INSIDE_WORD.search(text.lower())
