"""What a person reads in a mail that is written in HTML: its words, and where its links lead. Nothing of it
is ever shown as HTML."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

_MOST = 1_000_000
"""So many characters are looked at: a page of a book has two thousand."""
_UNSEEN = frozenset({"head", "script", "style", "template", "title", "noscript", "object", "svg"})
_INLINE = frozenset(
    {
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
    }
    | {
        "label",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "td",
        "th",
        "time",
    }
    | {"tt", "u", "var", "wbr"}
)
"""All other tags begin a line."""
_TAG = re.compile(r"<[^<>]*>")
_BLANKS = re.compile(r"[ \t\r\f\v\u00a0]*\n[ \t\r\f\v\u00a0]*")
_GAPS = re.compile(r"\n{3,}")


def text_of(html: str) -> str:
    """Lines of plain text."""
    reader = _Reader()
    try:
        reader.feed(html[:_MOST])
        reader.close()
    except AssertionError:  # what the parser says of some declarations that no standard knows
        return tidied(unescape(_TAG.sub(" ", html[:_MOST])))
    return tidied("".join(reader.parts))


def tidied(text: str) -> str:
    """Without blanks at the ends of lines, and with one empty line at most between two others."""
    return _GAPS.sub("\n\n", _BLANKS.sub("\n", text)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._hidden += 1
        elif tag not in _INLINE:
            self.parts.append("\n- " if tag == "li" else "\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")
        elif tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self.parts)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _UNSEEN:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag not in _INLINE and tag != "br":
            self.parts.append("\n")
        elif tag == "a" and self._links:
            target, begin = self._links.pop()
            shown = "".join(self.parts[begin:]).strip()
            if target.startswith(("http://", "https://")) and target.rstrip("/") != shown.rstrip("/"):
                self.parts.append(f" ({target})")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(re.sub(r"\s+", " ", data))
