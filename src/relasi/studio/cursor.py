"""Where a cursor stands in a YAML text that is still being written: by indentation and brackets, since such a
text can seldom be read as a whole."""

from __future__ import annotations

import re
from dataclasses import dataclass

ITEM = "[]"
"""The step of a path into a list."""

_KEY = re.compile(r"(\"[^\"]*\"|'[^']*'|[^\s#\[\]{},:][^#\[\]{},:]*):(\s|$)")
_WORD = re.compile(r"[\w.]*$")
_TYPE = re.compile(r"(?:^|[\s{,])type:\s*(\w+)")


@dataclass(frozen=True, slots=True)
class Cursor:
    """`path` leads to the map or list that the cursor stands in, `key` is the one whose value is being
    written, None where a key is. `word` is what has been typed of it; `type` what `type:` says beside it."""

    path: tuple[str, ...]
    key: str | None
    word: str
    type: str | None


def cursor_in(text: str, offset: int) -> Cursor:
    lines = text[:offset].split("\n")
    line = lines.pop()
    rest = text[offset:].split("\n", 1)[0]
    content = line.lstrip(" ")
    column = len(line) - len(content)
    inside: tuple[str, ...] = ()
    while content.startswith("- "):
        inside = (ITEM,)
        column += 2
        content = content[2:].lstrip(" ")
    above = _above(lines, column - 2 if inside else column, in_list=bool(inside))
    flow, key = _within(content)
    path = (*above, *inside, *flow)
    word = _WORD.search(line)
    found = _TYPE.search(line + rest) if flow else _beside(text, offset, column)
    type_ = found[1] if found and key != "type" else None
    return Cursor(path, key, word[0] if word else "", type_)


def head_of(text: str) -> tuple[str, str]:
    """The first key with its value: what the file is about."""
    for line in text.split("\n"):
        if found := re.match(r"(\w+):\s*([\w]*)", line):
            return found[1], found[2]
    return "", ""


def entity_of(text: str) -> str:
    """The entity that a file of another kind says it is about."""
    found = re.search(r"^entity:\s*(\w+)", text, re.MULTILINE)
    return found[1] if found else ""


def _above(lines: list[str], indent: int, *, in_list: bool) -> tuple[str, ...]:
    """The keys that hold a line with this indentation; that of an item may be the one of its key."""
    path: list[str] = []
    for line in reversed(lines):
        content = line.lstrip(" ")
        if not content or content.startswith("#"):
            continue
        column = len(line) - len(content)
        if content.startswith("- "):
            inner = content[2:].lstrip(" ")
            key = _KEY.match(inner)
            key_column = len(line) - len(inner)
            if key_column < indent and key:
                path += [key[1], ITEM]
                indent, in_list = column, True
            elif column < indent:
                path.append(ITEM)
                indent, in_list = column, True
            continue
        key = _KEY.match(content)
        if key and (column < indent or (in_list and column == indent)):
            path.append(key[1])
            indent, in_list = column, False
        if indent == 0 and not in_list:
            break
    return tuple(reversed(path))


def _within(content: str) -> tuple[tuple[str, ...], str | None]:
    """The keys whose brackets are open where a line ends, and the key whose value comes next."""
    stack: list[tuple[str | None, str]] = []
    key: str | None = None
    start, quote = 0, ""
    for place, sign in enumerate(content):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'" and not content[start:place].strip():
            quote = sign
        elif sign == ":" and content[place + 1 : place + 2] in (" ", ""):
            key = content[start:place].strip()
            start = place + 1
        elif sign in "{[" and not content[start:place].strip():
            stack.append((key, sign))
            key, start = None, place + 1
        elif sign in "}]" and stack:
            key, start = stack.pop()[0], place + 1
        elif sign == "," and stack:
            key, start = None, place + 1
    path = tuple(each for above, sign in stack for each in ((above,) if above else ()) + _step(sign))
    if key is None and stack and stack[-1][1] == "[":
        return path[:-1], path[-1] if len(path) == 1 else ITEM
    return path, key


def _step(sign: str) -> tuple[str, ...]:
    return (ITEM,) if sign == "[" else ()


def _beside(text: str, offset: int, column: int) -> re.Match[str] | None:
    """What `type:` says on a line of the same map."""
    lines = text.split("\n")
    here = text[:offset].count("\n")
    for step in (-1, 1):
        place = here + step
        while 0 <= place < len(lines):
            content = lines[place].lstrip(" ")
            indent = len(lines[place]) - len(content)
            if content and indent < column:
                break
            if indent == column and (found := _TYPE.match(content)):
                return found
            place += step
    return None
