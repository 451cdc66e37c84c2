"""`expect:` of a test: what must be true of its records, and what must have happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from relasi.schema.compiler.page import Path
from relasi.schema.compiler.trial.permissions import WORDS, compile_access
from relasi.schema.compiler.trial.wanted import Cast
from relasi.schema.model import Workflow
from relasi.schema.trials import (
    OUTCOMES,
    REASONS,
    Expectation,
    Holds,
    Named,
    Pattern,
    Ran,
    There,
    Told,
    Wanted,
)

How = Literal["notified", "mailed", "posted", "consented", "called", "asked"]
_PARTS: dict[How, tuple[str, ...]] = {
    "notified": ("title", "body"),
    "mailed": ("message", "subject", "body"),
    "posted": ("message", "subject", "body"),
    "consented": ("purpose", "given", "wording", "source"),
    "called": (),
    "asked": ("label",),
}
"""Ways of telling somebody something -> its parts of which a pattern may be expected."""
_NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Expectations:
    """`path` is where `expect` stands."""

    cast: Cast
    path: Path

    def compile(self, written: dict[str, Any]) -> tuple[Expectation, ...]:
        return tuple(each for key, value in written.items() for each in self._one(key, value))

    def _one(self, key: str, value: Any) -> Iterator[Expectation]:  # Any: plain YAML
        if key in _PARTS:
            for index, each in enumerate(value if isinstance(value, list) else [value]):
                place = (*self.path, key, *([index] if isinstance(value, list) else ()))
                yield from self._told(place, key, each)
        elif key in OUTCOMES:
            yield from self._ran(key, value)
        elif key in WORDS:
            yield from compile_access(self.cast, (*self.path, key), value)
        else:
            yield from self._records(key, value)

    def _records(self, key: str, value: Any) -> Iterator[Expectation]:  # Any: plain YAML
        cast, place, words = self.cast, (*self.path, key), key.split()
        page = cast.page
        if value is not None and not isinstance(value, dict):
            page.wrong(place, "wrong-type", f'"{key}" is expected to be a map', help="write field: value")
            return
        span = page.span(place, at_key=True)
        if key in cast.records:
            entity = cast.records[key]
            values = cast.values(place, entity, value or {}, expected=True)
            yield Holds(Named(key, entity), values, span)
            return
        counted = len(words) == 2 and (words[0] == "no" or words[0].isdigit())
        word = key if not words else words[-1] if counted else words[0]
        legal = (*cast.records, *cast.model.entities, *_PARTS, *OUTCOMES, *WORDS)
        if word not in cast.model.entities or len(words) > 2:
            message = f'"{key}" is neither a record of the test, nor an entity, nor anything else to expect'
            page.unknown(place, "unknown-record", message, word, legal, at_key=True)
            return
        values = cast.values(place, word, value or {}, expected=True)
        if counted:
            yield There(word, values, span, count=0 if words[0] == "no" else int(words[0]))
        else:
            cast.records[words[-1]] = word
            yield There(word, values, span, name=words[-1])

    def _told(self, place: Path, how: Any, written: Any) -> Iterator[Told]:  # Any: plain YAML
        page = self.cast.page
        parts = written if isinstance(written, dict) else {"to": written}
        legal = ("to", *_PARTS[how])
        for name in parts.keys() - set(legal):
            message = f'"{name}" is nothing that can be expected of "{how}"'
            page.unknown((*place, name), "unknown-key", message, name, legal, at_key=True)
        to = parts.get("to", "*")
        if not isinstance(to, str):
            page.wrong(place, "wrong-type", f'"{how}" says who', help="write a user, role.NAME, or nobody")
            return
        where = (*place, "to") if isinstance(written, dict) and "to" in written else place
        words = {name: Pattern(str(parts[name])) for name in _PARTS[how] if name in parts}
        if to == _NOBODY:
            yield Told(how, None, words, page.span(place))
        elif (who := self._who(where, how, to)) is not None:
            yield Told(how, who, words, page.span(place))

    def _who(self, path: Path, how: How, word: str) -> Wanted | None:
        if self.cast.reads(word):
            return self.cast.reading(path, word)
        if (
            how in ("mailed", "posted", "consented", "called")
            and word not in self.cast.people
            and not word.startswith("role.")
        ):
            return Pattern(word)  # an address
        if word == "*":
            return Pattern(word)
        return self.cast.person(path, word, expected=True)

    def _ran(self, how: str, value: Any) -> Iterator[Ran]:  # Any: plain YAML
        place = (*self.path, how)
        rules: dict[str, Workflow] = dict(self.cast.model.workflows)
        if isinstance(value, dict):
            for name, why in value.items():
                here = (*place, name)
                if how != "did not run":
                    help = f"write {how}: {name}"
                    self.cast.page.wrong(
                        here, "wrong-type", f'"{how}" takes no reason', help=help, at_key=True
                    )
                    continue
                picked = self.cast.page.pick(here, "unknown-workflow", "rule", name, rules, at_key=True)
                reason = str(why)
                self.cast.page.pick(here, "unknown-reason", "reason", reason, REASONS)
                if picked and reason in REASONS:
                    yield Ran(how, name, self.cast.page.span(here), reason)
            return
        for index, name in enumerate(value if isinstance(value, list) else [value]):
            here = (*place, index) if isinstance(value, list) else place
            if self.cast.page.pick(here, "unknown-workflow", "rule", str(name), rules):
                yield Ran(how, str(name), self.cast.page.span(here))
