"""What pydantic finds in a document that does not fit its spec, in the words of the one who wrote it.

One mistake is one diagnostic: of the arms of a union only the one that was meant is heard, and a key that is
missing because it is misspelt is not reported twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as Groups
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

from relasi.config.nodes import Mapping, Scalar, lookup
from relasi.diagnostics import nearest
from relasi.schema.compiler.annotations import keys_at, shape_at
from relasi.schema.compiler.page import Page, Path
from relasi.schema.fields.base import quoted

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a map",
    "model_type": "a map",
}
_BOUNDS = {
    "greater_than_equal": ("ge", "must be {} or more"),
    "less_than_equal": ("le", "must be {} or less"),
    "too_short": ("min_length", "needs at least one entry"),
}
_FOREIGN = frozenset(get_args(ErrorType))
"""What pydantic finds by itself; everything else is said by our own validators, in our own words."""
_AFFIRMED = frozenset({"yes", "y", "on", "1", "ya"})
_DENIED = frozenset({"no", "n", "off", "0", "tidak"})


def place_of(error: ErrorDetails, written: Any) -> Path:  # Any: plain YAML
    """Where in what is written; pydantic's names for the arms of a union are left out."""
    place: Path = ()
    for part in error["loc"]:
        step = _step(written, part)
        if step is not None:
            place, written = (*place, step), written[step]
    return place


def _step(written: Any, part: str | int) -> str | int | None:  # Any: plain YAML
    if isinstance(written, dict):
        return part if part in written else None
    if isinstance(written, list):  # the items of a short form are the keys of its long form
        if isinstance(part, int):
            return part if part < len(written) else None
        return written.index(part) if part in written else None
    return None


def report(
    errors: Iterable[ErrorDetails],
    spec: type[BaseModel],
    page: Page,
    base: Path,
    written: Any,  # Any: plain YAML
) -> None:
    """Reports all that is wrong with what is written at `base`."""
    groups: dict[Path, list[ErrorDetails]] = {}
    for error in errors:
        groups.setdefault(place_of(error, written), []).append(error)
    for place, group in groups.items():
        telling = [error for error in group if error["type"] not in _EXPECTED]
        is_outdone = any(len(other) > len(place) and other[: len(place)] == place for other in groups)
        if telling or not is_outdone:
            _Misfit(spec, page, base, place, groups).report(telling or group)


@dataclass(frozen=True, slots=True)
class _Misfit:
    """What was found at `place`, seen from `base`; `groups` is what was found everywhere."""

    spec: type[BaseModel]
    page: Page
    base: Path
    place: Path
    groups: Groups[Path, list[ErrorDetails]]

    @property
    def path(self) -> Path:
        return (*self.base, *self.place)

    @property
    def name(self) -> str:
        """What the author calls the place."""
        match self.path:
            case (*_, str(key), int(index)):
                return f'item {index + 1} of "{key}"'
            case (*_, str(key)):
                return f'"{key}"'
        return "this"

    def report(self, errors: list[ErrorDetails]) -> None:
        by_type = {error["type"]: error for error in errors}
        if "missing" in by_type:
            self._missing([str(each["loc"][-1]) for each in errors if each["type"] == "missing"])
        elif "extra_forbidden" in by_type:
            self._unknown_key()
        elif "literal_error" in by_type:
            self._impossible(by_type["literal_error"])
        elif own := [error for error in errors if error["type"] not in _FOREIGN]:
            self._said_by_us(own[0])
        elif bound := next((error for error in errors if error["type"] in _BOUNDS), None):
            key, words = _BOUNDS[bound["type"]]
            message = f"{self.name} {words.format(bound['ctx'][key])}"
            self.page.wrong(self.path, "bad-value", message, help=self._meaning() or "write another value")
        else:
            self._wrong_type(
                list(dict.fromkeys(_EXPECTED.get(each["type"], "another value") for each in errors))
            )

    def _missing(self, missing: list[str]) -> None:
        """Silent about keys that are there, but misspelt."""
        keys = keys_at(self.spec, self.place)
        unknown = self._unknown_beside(self.place)
        misspelt = {nearest(key, missing) for key in unknown}
        left = [key for key in missing if key not in misspelt]
        if not left or (len(left) == len(unknown) == 1 and not misspelt - {None}):
            return
        *most, last = (f'"{key}"' for key in left)
        message = f"{', '.join(most)} and {last} are missing" if most else f"{last} is missing"
        meanings = [f"{key}: {keys[key]}" for key in left if keys.get(key)]
        help = f"add {'; '.join(meanings)}" if meanings else "add what is missing"
        self.page.wrong(self.path, "missing-key", message, help=help, at_key=True)

    def _unknown_key(self) -> None:
        word, above = str(self.place[-1]), self.place[:-1]
        keys, node = keys_at(self.spec, above), lookup(self.page.document.root, self.path[:-1])
        unwritten = [key for key in keys if not isinstance(node, Mapping) or key not in node.entries]
        missing = [str(each["loc"][-1]) for each in self.groups.get(above, ()) if each["type"] == "missing"]
        help = "" if nearest(word, unwritten) else f"known here: {', '.join(keys)}"
        if help and len(missing) == len(self._unknown_beside(above)) == 1:
            wanted = missing[0]
            help = f'if "{wanted}" is meant, write that ({keys[wanted]}); it is missing here'
        message = f'"{word}" is not a key here'
        self.page.unknown(self.path, "unknown-key", message, word, unwritten, help=help, at_key=True)

    def _unknown_beside(self, above: Path) -> list[str]:
        return [
            str(place[-1])
            for place, errors in self.groups.items()
            if place and place[:-1] == above and any(each["type"] == "extra_forbidden" for each in errors)
        ]

    def _impossible(self, error: ErrorDetails) -> None:
        given = str(error["input"])
        choices = re.findall(r"[^',]+(?='(?:,| or |$))|^\d+$", error["ctx"]["expected"])
        self.page.unknown(self.path, "bad-value", f'{self.name} cannot be "{given}"', given, choices)

    def _said_by_us(self, error: ErrorDetails) -> None:
        if error["type"] not in ("name", "option_key"):
            help = str(error.get("ctx", {}).get("help", "")) or self._meaning()
            self.page.wrong(self.path, "bad-value", f"{self.name}: {error['msg']}", help=help)
            return
        word = str(error["input"])
        plainer = "_".join(re.findall("[a-z0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word).lower()))
        known = [plainer] if re.match("[a-z]", plainer) and plainer != word else []
        message = f'"{word}" cannot be a name here'
        self.page.unknown(
            self.path, "bad-name", message, word, known, help=error["msg"], at_key="[key]" in error["loc"]
        )

    def _wrong_type(self, expected: list[str]) -> None:
        node = lookup(self.page.document.root, self.path)
        value = self.groups[self.place][0]["input"]
        wanted = " or ".join(expected)
        shape = shape_at(self.spec, self.place)
        if value is None:
            message, help = f"{self.name} is empty", f"write {shape or wanted}, or take the line away"
        else:
            text = node.text if isinstance(node, Scalar) else ""
            message = f"{self.name} needs {wanted}, not {_described(value)}"
            help = _way_out(expected, value, text, shape)
        self.page.wrong(self.path, "wrong-type", message, help=help, at_key=value is None)

    def _meaning(self) -> str:
        """What the spec says about the key."""
        keys = [(at, part) for at, part in enumerate(self.place) if isinstance(part, str)]
        if not keys:
            return ""
        at, key = keys[-1]
        return keys_at(self.spec, self.place[:at]).get(key, "")


def _described(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'the text "{quoted(value)}"'
        case list():
            return "a list"
        case dict():
            return "a map"
    return f"the number {value}"


def _way_out(expected: list[str], value: object, text: str, shape: str) -> str:
    match value:
        case str() if "true or false" in expected and value.lower() in _AFFIRMED | _DENIED:
            return f"write {str(value.lower() in _AFFIRMED).lower()}"
        case str() if "a list" in expected:
            return f"write [{text}]"
        case dict() if "text" in expected and None in value.values():
            return 'a text that begins with "{" needs quotes: "{field}"'
        case dict() if "a list" in expected:
            return 'begin each item with "- "'
        case list() if "text" in expected:
            return "write one, without brackets"
        case int() if "text" in expected:
            return f'if it is meant as text, put it in quotes: "{text}"'
        case list() if shape.startswith("NAME"):
            return f"write {shape} below it, without brackets and dashes"
    return f"write {shape if expected == ['a map'] else ' or '.join(expected)}"
