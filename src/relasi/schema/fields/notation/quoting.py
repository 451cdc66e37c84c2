"""Where what somebody wrote in a mail ends, and what mail programs add begins: the mails that it answers, and
a signature. They say it in English or Indonesian, or with a > before each line in any language."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MOST_LINES = 5_000
"""A mail with more was not typed, and is left as it is."""
_SAID = ("wrote:", "menulis:")
_OVER_LINES, _LONGEST_SAID = 3, 400
"""Programs break the line with these words over so many; it has so many characters."""
_FROM = re.compile(r"\*?(From|Dari)\s?:")
_HEAD = re.compile(
    r"\*?(Sent|Date|To|Cc|Subject|Dikirim|Terkirim|Tanggal|Kepada|Ke|Tembusan|Perihal|Subjek)\s?:"
)
_RULE = re.compile(r"_{10,}|-{3,} ?(Original Message|Pesan Asli) ?-{3,}", re.IGNORECASE)
_SIGNED = re.compile(
    r"--|(Sent from (my )?|Get Outlook for |Dikirim dari |Terkirim dari |Dapatkan Outlook )\S.{0,60}"
)
_LONGEST_SIGNATURE = 12


def folded_at(text: str) -> int:
    """The place where it begins; the length of the text where there is nothing, or nothing else. All that
    stands behind it was added: an answer between or below the quoted lines is never folded away."""
    lines = text.split("\n")
    if len(lines) > _MOST_LINES:
        return len(text)
    end = _quoted_from(lines)
    end = _signed_from(lines, end)
    if not any(line.strip() for line in lines[:end]):
        return len(text)
    return len("\n".join(lines[:end]).rstrip())


def _quoted_from(lines: Sequence[str]) -> int:
    """The first line of the mails that are answered."""
    heads = (place for place in range(len(lines)) if _is_head(lines, place) or _is_said(lines, place))
    begin = next(heads, None)
    if begin is not None and not _is_answered_below(lines, begin):
        return begin
    end = len(lines)
    while end and (not lines[end - 1].strip() or _is_quoted(lines[end - 1])):
        end -= 1
    if not any(_is_quoted(each) for each in lines[end:]):
        return len(lines)
    says_who = end and lines[end - 1].rstrip().endswith(":") and re.search(r"\d|@", lines[end - 1])
    return end - 1 if says_who else end


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _is_said(lines: Sequence[str], place: int) -> bool:
    """Whether it is like "On 5 Jan Budi wrote:". People write such words too: it takes an address in them, or
    quoted lines below."""
    if not lines[place].lstrip().startswith(("On ", "Pada ")):
        return False
    for length in range(1, _OVER_LINES + 1):
        words = " ".join(lines[place : place + length]).strip()
        if words.endswith(_SAID) and len(words) <= _LONGEST_SAID and re.search(r"\d", words):
            below = next((each for each in lines[place + length : place + length + 3] if each.strip()), "")
            return "@" in words or _is_quoted(below)
    return False


def _is_head(lines: Sequence[str], place: int) -> bool:
    """The head of a mail as Outlook writes it, with a line above it or without."""
    if _RULE.fullmatch(lines[place].strip()):
        following = [each for each in lines[place + 1 : place + 4] if each.strip()]
        return bool(following) and _FROM.match(following[0].strip()) is not None
    if not _FROM.match(lines[place].strip()):
        return False
    return sum(_HEAD.match(each.strip()) is not None for each in lines[place + 1 : place + 6]) >= 2


def _is_answered_below(lines: Sequence[str], place: int) -> bool:
    """Whether lines that are quoted with > come first, and others below them."""
    marked = [index for index in range(place, len(lines)) if _is_quoted(lines[index])]
    if not marked:
        return False
    below = lines[marked[-1] + 1 : _signed_from(lines, len(lines), marked[-1] + 1)]
    between = (each for each in lines[marked[0] : marked[-1]] if not _is_quoted(each))
    return any(each.strip() for each in (*below, *between))


def _signed_from(lines: Sequence[str], end: int, begin: int = 0) -> int:
    """The line of the signature that stands directly before `end`."""
    for place in range(max(begin, end - _LONGEST_SIGNATURE), end):
        if _SIGNED.fullmatch(lines[place].strip()):
            return place
    return end
