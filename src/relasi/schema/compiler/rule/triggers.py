"""`when:` of a rule: what it waits for."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import time

from relasi.config.nodes import Sequence as SequenceNode
from relasi.config.nodes import lookup, plain
from relasi.diagnostics import nearest
from relasi.schema.compiler.draft import Draft, EntityDraft
from relasi.schema.compiler.page import Page, Path
from relasi.schema.compiler.timespans import compile_timespan
from relasi.schema.expressions import Expression
from relasi.schema.expressions.tree import Constant
from relasi.schema.expressions.types import Date, DateTime
from relasi.schema.labels import label_of
from relasi.schema.model import Around, Button, On, Trigger
from relasi.schema.recurrence import FORM, read_recurrence
from relasi.schema.scope import owned
from relasi.schema.spec.process import ProcessSpec
from relasi.schema.spec.workflow import ButtonSpec, TriggerSpec, WorkflowSpec

_WORDS = {
    "created": On.CREATED,
    "updated": On.UPDATED,
    "deleted": On.DELETED,
    "called": On.CALLED,
}
_TRIGGERS = (
    "known here: created, updated, deleted, called, every day at 08:00, 2 days before FIELD, "
    "and maps such as {changed: FIELD} or {enters: STATE}"
)
_HEADS = ("changed", "enters", "leaves", "moved", "incoming", "every", "time", "button")
_COMPANIONS = {"from_": ("changed",), "to": ("changed",), "where": ("every", "time")}
_AROUND = re.compile(
    r"(?P<length>.+?) (?P<side>before|after) (?P<field>[a-z0-9_]+)(?: at (?P<at>\d{1,2}:\d{2}))?"
)


def compile_triggers(draft: Draft, spec: WorkflowSpec, page: Page, entity: EntityDraft) -> Iterator[Trigger]:
    """Those that are sound."""
    when = spec.when
    for index, each in enumerate(when if isinstance(when, list) else [when]):
        path: Path = ("when", index) if isinstance(when, list) else ("when",)
        written = _Written(draft, spec, page, entity, path)
        if not entity.name and not written.needs_no_record(each):
            continue
        found = written.word(each) if isinstance(each, str) else written.mapping(each)
        if found is not None:
            yield found


@dataclass(frozen=True, slots=True)
class _Written:
    """One trigger of a rule about the records of `entity`, at a path."""

    draft: Draft
    spec: WorkflowSpec
    page: Page
    entity: EntityDraft
    path: Path

    def word(self, text: str) -> Trigger | None:
        if text.startswith("every "):
            return self._every(self.path, text, None)
        if _AROUND.fullmatch(text):
            return self._around(self.path, text, None)
        if text not in _WORDS:
            help = "" if nearest(text, _WORDS) else _TRIGGERS
            message = f'there is no trigger "{text}"'
            self.page.unknown(self.path, "unknown-trigger", message, text, _WORDS, help=help)
            return None
        return Trigger(_WORDS[text])

    def needs_no_record(self, written: str | TriggerSpec) -> bool:
        """Whether the trigger can begin a rule that is about no record; reported where it cannot."""
        if isinstance(written, str):
            fits = written.startswith("every ")
        else:
            fits = written.every is not None and written.where is None
        if fits:
            return True
        message, help = "this waits for records, and the rule is about none", "say whose: entity: NAME"
        self.page.wrong(self.path, "no-record", message, help=help)
        return False

    def mapping(self, spec: TriggerSpec) -> Trigger | None:
        heads = [name for name in _HEADS if getattr(spec, name) is not None]
        if len(heads) != 1:
            help = f"write one of {', '.join(_HEADS)} in each"
            message = "this is no trigger" if not heads else f'"{heads[0]}" and "{heads[1]}" are two triggers'
            self.page.wrong(self.path, "unknown-trigger", message, help=help)
            return None
        (head,) = heads
        for name, legal in _COMPANIONS.items():
            if getattr(spec, name) is not None and head not in legal:
                key = name.rstrip("_")
                help = f"it goes with {' and '.join(legal)}"
                message = f'"{key}" says nothing beside "{head}"'
                self.page.wrong((*self.path, key), "bad-value", message, help=help, at_key=True)
        return self._of(head, spec)

    def _of(self, head: str, spec: TriggerSpec) -> Trigger | None:
        match head:
            case "changed":
                assert spec.changed is not None
                return self._changed(spec.changed)
            case "enters" | "leaves":
                return self._passing(head, getattr(spec, head))
            case "moved":
                assert spec.moved is not None
                return self._moved(spec.moved)
            case "incoming":
                assert spec.incoming is not None
                return self._incoming(spec.incoming)
            case "every":
                return self._every((*self.path, "every"), f"every {spec.every}", self._where(spec))
            case "time":
                assert spec.time is not None
                return self._around((*self.path, "time"), spec.time, self._where(spec))
        assert spec.button is not None
        return self._button(spec.button)

    def _changed(self, written: str | list[str]) -> Trigger:
        fields = tuple(self._names(("changed",), written, f"field of {self.entity.name}", self.entity.types))
        values = {key: self._values(fields, key) for key in ("from", "to")}
        return Trigger(On.CHANGED, fields, before=values["from"], after=values["to"])

    def _values(self, fields: tuple[str, ...], key: str) -> frozenset[Hashable] | None:
        """The values that are written there; they are those of the first field."""
        path = (*self.path, key)
        node = lookup(self.page.document.root, path)
        type_ = self.entity.types.get(fields[0]) if fields else None
        if node is None or type_ is None:
            return None
        items = node.items if isinstance(node, SequenceNode) else None
        parts = {path: node} if items is None else {(*path, n): part for n, part in enumerate(items)}
        found = []
        scope = self.draft.scope(self.entity.name)
        meaning = owned(type_.expression_type(), self.entity.name, fields[0])
        for each, part in parts.items():
            value = self.page.expression(each, _as_text(plain(part)), scope, meaning)
            if value and isinstance(value.root, Constant):
                found.append(value.root.value)
            elif value:
                help = "write the value itself; what is to be computed stands in if:"
                self.page.wrong(each, "bad-value", "this is no value of the field", help=help)
        return frozenset(found)

    def _passing(self, head: str, written: str | list[str]) -> Trigger | None:
        process = self._process((*self.path, head))
        if process is None:
            return None
        states = frozenset(
            self._names(
                (head,), written, f"state of {self.entity.name}", dict(process.all_states), "unknown-state"
            )
        )
        if head == "enters":
            return Trigger(On.ENTERS, (process.field,), after=states)
        return Trigger(On.LEAVES, (process.field,), before=states)

    def _moved(self, written: str | list[str]) -> Trigger | None:
        process = self._process((*self.path, "moved"))
        if process is None:
            return None
        moves = {name: move for part in process.parts.values() for name, move in part.moves.items()}
        what = f"move of {self.entity.name}"
        return Trigger(
            On.MOVED, moves=frozenset(self._names(("moved",), written, what, moves, "unknown-move"))
        )

    def _incoming(self, written: str | list[str]) -> Trigger:
        here = {name: entity for name, entity in self.draft.ways_in.items() if entity == self.entity.name}
        names = self._names(
            ("incoming",), written, f"hook, form or mailbox for {self.entity.name}", here, "unknown-hook"
        )
        return Trigger(On.INCOMING, hooks=frozenset(names))

    def _process(self, path: Path) -> ProcessSpec | None:
        process = self.entity.spec.process
        if process is None:
            help = f"add a process to {self.entity.name}, or wait for a change of a field"
            self.page.wrong(path, "no-process", f"{self.entity.name} has no process", help=help)
        return process

    def _button(self, spec: ButtonSpec) -> Trigger:
        who = self._names(("button", "who"), spec.who, "role", self.draft.roles, "unknown-role")
        needs = self._names(
            ("button", "needs"), spec.needs, f"field of {self.entity.name}", self.entity.types
        )
        languages = self.draft.languages
        label = label_of(spec.label or self.spec.label, self.spec.workflow, languages)
        confirm = label_of(spec.confirm, "", languages) if spec.confirm else None
        return Trigger(On.BUTTON, button=Button(label, frozenset(who), tuple(needs), confirm))

    def _names(
        self, keys: Path, written: str | list[str], what: str, known: object, code: str = "unknown-field"
    ) -> Iterator[str]:
        """Those of the names that are known."""
        names = [written] if isinstance(written, str) else written
        for index, name in enumerate(names):
            path = (*self.path, *keys) if isinstance(written, str) else (*self.path, *keys, index)
            assert isinstance(known, dict)
            if name in known or self.page.pick(path, code, what, name, known) is not None:
                yield name

    def _where(self, spec: TriggerSpec) -> Expression | None:
        return self.page.condition(
            (*self.path, "where"), spec.where, self.draft.scope(self.entity.name, has_user=False)
        )

    def _every(self, path: Path, text: str, where: Expression | None) -> Trigger | None:
        found = read_recurrence(text)
        if found is None:
            self.page.wrong(path, "bad-value", f'"{text}" does not say when', help=FORM)
            return None
        if found.words.startswith("every working day") and not self.draft.calendars:
            message, help = (
                "nothing says when people work",
                "add calendars to config/crm.yaml, or write weekday",
            )
            self.page.wrong(path, "no-calendar", message, help=help)
            return None
        return Trigger(On.EVERY, recurrence=found, where=where, key=_key(found.words, where))

    def _around(self, path: Path, text: str, where: Expression | None) -> Trigger | None:
        match = _AROUND.fullmatch(text)
        if match is None:
            help = "write 30 days before FIELD, or 90 days after FIELD at 08:00"
            self.page.wrong(path, "bad-value", f'"{text}" does not say when', help=help)
            return None
        length = compile_timespan(self.page, path, match["length"], self.draft.calendars)
        name = match["field"]
        type_ = self.page.pick(path, "unknown-field", f"field of {self.entity.name}", name, self.entity.types)
        if length is None or type_ is None:
            return None
        if length.working or not isinstance(type_.expression_type(), (Date, DateTime)):
            what = "working time cannot be counted here" if length.working else f'"{name}" holds no time'
            help = "write plain days or hours, before or after a field with a date"
            self.page.wrong(path, "bad-value", what, help=help)
            return None
        hour, _, minute = (match["at"] or "00:00").partition(":")
        if int(hour) > 23 or int(minute) > 59:
            self.page.wrong(
                path, "bad-value", f"there is no time {match['at']}", help="write 08:00, or 17:30"
            )
            return None
        around = Around(name, length.length, match["side"] == "before", time(int(hour), int(minute)))
        return Trigger(On.AROUND, (), around=around, where=where, key=_key(text, where))


def _as_text(written: object) -> str:
    """A plain value as an expression writes it."""
    if written is None:
        return "null"
    return str(written).lower() if isinstance(written, bool) else str(written)


def _key(words: str, where: Expression | None) -> str:
    return f"{words} where {where.text}" if where else words
