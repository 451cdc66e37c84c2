"""Agreed times: the fields that their clocks make, and what the clocks go by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, get_args
from zoneinfo import ZoneInfo

from relasi.schema.calendars import Calendar, always
from relasi.schema.clocks import Part, Sla, Target
from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.entity.made import Written, make_field
from relasi.schema.compiler.page import Page, Path
from relasi.schema.compiler.timespans import compile_timespan
from relasi.schema.expressions import Expression
from relasi.schema.expressions.tree import Now, Today, walk
from relasi.schema.expressions.types import Boolean, DateTime, type_name
from relasi.schema.labels import label_of
from relasi.schema.spec.sla import BY, ELSE, SlaSpec
from relasi.schema.timespans import Timespan
from relasi.texts import LANGUAGES, say

PARTS: tuple[Part, ...] = get_args(Part)

_COLORS = {
    "running": "blue",
    "warned": "orange",
    "paused": "gray",
    "breached": "red",
    "met": "green",
    "met_late": "yellow",
}
_NO_HOURS = always(ZoneInfo("UTC"))
_SHARE = re.compile(r"\s*([0-9]{1,2})\s*%\s*")
_BEFORE = re.compile(r"\s+before\s*$")


def type_clocks(draft: Draft, entity: EntityDraft) -> None:
    """Fills in the types of the fields in which the clocks are kept."""
    for name, spec in entity.spec.sla.items():
        for part, written in _fields(name, spec):
            full, by = f"{name}_{part}", f'the agreed time "{name}"'
            make_field(draft, entity, full, written, ("sla", name), by=by)


def clock_fields(entity: EntityDraft) -> frozenset[str]:
    return frozenset(f"{name}_{part}" for name in entity.spec.sla for part in PARTS)


def _fields(name: str, spec: SlaSpec) -> Iterator[tuple[Part, Written]]:
    label = label_of(spec.label, name, LANGUAGES)
    states: dict[str, Any] = {
        state: {"label": _said(f"clock_{state}"), "color": color} for state, color in _COLORS.items()
    }
    kinds: Mapping[Part, Written] = {
        "state": {"type": "choice", "options": states, "label": dict(label), "index": True},
        "due": {"type": "datetime", "index": True},
        "used": {"type": "duration"},
        "met_at": {"type": "datetime"},
        "next": {"type": "datetime", "index": True},
        "periods": {"type": "json", "max_length": 1_000_000},
    }
    for part, written in kinds.items():
        words = {
            language: say(language, f"values.clock_part_{part}", label=label[language])
            for language in LANGUAGES
        }
        was = [f"{old}_{part}" for old in spec.was]
        yield part, {"label": words, **written, "read_only": True, **({"was": was} if was else {})}


def _said(sentence: str) -> dict[str, str]:
    return {language: say(language, f"values.{sentence}") for language in LANGUAGES}


def compile_clocks(draft: Draft, entity: EntityDraft) -> Iterator[Sla]:
    """In the order in which they are reckoned: one may read those above it."""
    names = list(entity.spec.sla)
    for index, (name, spec) in enumerate(entity.spec.sla.items()):
        later = frozenset(f"{each}_{part}" for each in names[index:] for part in PARTS)
        if sla := _Written(draft, entity, name, spec, later).compiled():
            yield sla


@dataclass(frozen=True, slots=True)
class _Written:
    """An agreed time as it is written. `later` are the fields of clocks that are reckoned no earlier."""

    draft: Draft
    entity: EntityDraft
    name: str
    spec: SlaSpec
    later: frozenset[str]

    @property
    def page(self) -> Page:
        return self.entity.page

    @property
    def path(self) -> Path:
        return ("sla", self.name)

    def compiled(self) -> Sla | None:
        """None where it is not sound, which has been reported."""
        spec, process = self.spec, self.entity.spec.process
        starts = self._asked("starts", spec.starts, may_be_moment=True)
        met_when = self._asked("met_when", spec.met_when, may_be_moment=True)
        by_state = process is not None and spec.pauses is None
        paused = f"{process.field}.kind = paused" if process and by_state else spec.pauses
        pauses = None if paused is None else self._asked("pauses", paused, may_be_moment=False)
        target, calendar = self._target(), self._calendar()
        warn = self._warn()
        if starts is None or met_when is None or target is None:
            return None
        texts = (starts.text, met_when.text, pauses.text if pauses else "", str(spec.target), str(spec.warn))
        return Sla(
            name=self.name,
            label=label_of(spec.label, self.name, self.draft.languages),
            starts=starts,
            target=target,
            met_when=met_when,
            pauses=pauses,
            paused_since=process.since_field if process and by_state else None,
            calendar=calendar,
            warn=warn,
            text=" | ".join((*texts, calendar.text)),
        )

    def _asked(self, key: str, text: str | bool, *, may_be_moment: bool) -> Expression | None:
        """A condition on the record alone, or a moment that one of its fields tells."""
        path, scope = (*self.path, key), self.draft.scope(self.entity.name, has_user=False)
        if not may_be_moment:
            found = self.page.condition(path, text, scope)
        else:
            found = self.page.expression(
                path, str(text).lower() if isinstance(text, bool) else text, scope, None
            )
        if found is None:
            return None
        if not isinstance(found.type, Boolean | DateTime):
            message = f'"{key}" is a condition or a date and time, not {type_name(found.type)}'
            self.page.wrong(path, "not-a-moment", message, help=f"write a condition: {text} is not empty")
        elif any(isinstance(node, Now | Today) for node in walk(found.root)):
            message, help = "a clock is set by what is written, not by time", "ask for fields alone"
            self.page.wrong(path, "depends-on-time", message, help=help)
        elif far := sorted(each for each in found.fields if "." in each):
            message, help = f'"{far[0]}" is not of this record', "add a field of type copy, and read that"
            self.page.wrong(path, "bad-path", message, help=help)
        elif circle := sorted(found.fields & self.later):
            message, help = f'"{circle[0]}" is set by this clock or one below', "ask for other fields"
            self.page.wrong(path, "circular-fields", message, help=help)
        else:
            return found
        return None

    def _calendar(self) -> Calendar:
        calendars, name = self.draft.calendars, self.spec.calendar
        if name is not None:
            found = self.page.pick((*self.path, "calendar"), "unknown-calendar", "calendar", name, calendars)
            return found or _NO_HOURS
        return next(iter(calendars.values()), _NO_HOURS)

    def _span(self, path: Path, written: str) -> Timespan | None:
        return compile_timespan(self.page, path, written, self.draft.calendars)

    def _target(self) -> Target | None:
        written, path = self.spec.target, (*self.path, "target")
        if isinstance(written, str):
            span = self._span(path, written)
            return Target(None, {}, span) if span else None
        return self._by(path, written)

    def _by(self, path: Path, written: Mapping[str, str | dict[str, str]]) -> Target | None:
        if BY not in written:
            help = f"add {BY}: and the name of a choice, or write one length of time"
            self.page.wrong(path, "missing-key", f'"{BY}" is missing', help=help, at_key=True)
            return None
        by, what = str(written[BY]), f"field of {self.entity.name}"
        type_ = self.page.pick((*path, BY), "unknown-field", what, by, self.entity.types)
        if type_ is not None and not type_.choices():
            help = "write the name of a choice"
            self.page.wrong((*path, BY), "not-a-choice", f'"{by}" has no options', help=help)
            return None
        spans: dict[str, Timespan | Target] = {}
        for option, text in written.items():
            if option == BY:
                continue
            here = (*path, option)
            span = self._span(here, text) if isinstance(text, str) else self._by(here, text)
            if type_ is not None and option != ELSE:
                known = type_.choices()
                what = f"option of {by}"
                self.page.pick(here, "unknown-option", what, option, known, at_key=True)
            if span:
                spans[option] = span
        otherwise = spans.pop(ELSE, None)
        return Target(by, MappingProxyType(spans), otherwise) if type_ is not None else None

    def _warn(self) -> Timespan | Decimal | None:
        written = self.spec.warn
        if written is None:
            return None
        if share := _SHARE.fullmatch(written):
            return Decimal(share[1]) / 100
        return self._span((*self.path, "warn"), _BEFORE.sub("", written))
