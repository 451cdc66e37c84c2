"""Why a rule ran or did not, in words that a user of a department understands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from babel.dates import format_datetime

from relasi.apps.values import Display
from relasi.apps.visitor import Visitor
from relasi.records.links import references_of
from relasi.schema.expressions.describe import described
from relasi.schema.expressions.tree import Constant, KindOf, Logic, Node, Not, Read, WeightOf, children
from relasi.schema.fields.base import Value, ValueProblem
from relasi.schema.model import Entity, Field, Workflow
from relasi.schema.words import ModelLabels
from relasi.store.traces import Trace
from relasi.texts import LOCALES, say

Data = dict[str, Any]  # Any: what JSON can say
Told = Mapping[str, Any]  # Any: a part of a trace, as JSON


def why(visitor: Visitor, display: Display, trace: Trace) -> Data | None:
    """The answer of every part of the condition, what each step did, and the error if there was one."""
    workflow = visitor.crm.model.workflows.get(trace.workflow)
    teller = _Teller(visitor, display)
    tree = None if trace.condition is None else teller.condition(workflow, trace)
    steps = [{"text": text, "good": True} for text in map(teller.step, trace.steps)]
    if trace.error:
        steps.append({"text": trace.error[visitor.language], "good": False})
    if tree is None and not steps:
        return None
    return {
        "summary": visitor.say("why"),
        "says": visitor.say("why_did" if trace.outcome == "ran" and tree is None else f"why_{trace.outcome}"),
        "tree": tree,
        "steps": steps,
    }


def answers(visitor: Visitor, display: Display, workflow: Workflow, asked: Told) -> Data:
    """What each part of the condition of a rule answered; `asked` is what its tracer told."""
    assert workflow.condition is not None
    return _Teller(visitor, display).branch(workflow.condition.root, asked)


def people_in(trace: Trace) -> Iterator[tuple[str, str]]:
    """The users whom the steps of a trace name."""
    for step in trace.steps:
        if step.get("user"):
            yield "user", step["user"]
        why = step["why"] if step["step"] == "assign" else {}
        matches = (why.get(kind, {}).get("lacking", ()) for kind in ("skills", "territories"))
        named = (step.get(key, ()) for key in ("users", "people", "on_behalf_of"))
        counted = (why.get(key, ()) for key in ("absent", "full", "load"))
        for user in chain(*named, *counted, *matches):
            yield "user", user


def loaded(field: Field, value: Any) -> Value:  # Any: JSON
    """A value from a log; None for one that the field no longer takes."""
    try:
        return field.type.accept(tuple(value) if isinstance(value, list) else value)
    except ValueProblem:
        return None


_OF_THE_RUN = ("wait", "if", "stop", "call", "cancel", "retry", "begin anew", "go over")


@dataclass(frozen=True, slots=True)
class _Teller:
    visitor: Visitor
    display: Display

    @property
    def labels(self) -> ModelLabels:
        return ModelLabels(self.visitor.crm.model, self.visitor.language)

    def condition(self, workflow: Workflow | None, trace: Trace) -> Data:
        """In words where the rule is still the one that was asked, else as it was written then."""
        if workflow and workflow.condition and workflow.version == trace.workflow_version:
            return self.branch(workflow.condition.root, trace.condition)
        return _as_written(trace.condition)

    def branch(self, node: Node, told: Told) -> Data:
        text = described(node, self.visitor.language, self.labels)
        pairs = list(_parts(node, told))
        if isinstance(node, (Logic, Not)):
            head = self.visitor.say(f"why_{node.operator}") if isinstance(node, Logic) else text
            inner = [self.branch(*pair) for pair in pairs]
            return {"text": head, "good": bool(told["value"]), "answer": "", "children": inner}
        found = [answer for pair in _leaves(node, told) if (answer := self._answer(*pair))]
        answer = f"({self.visitor.say('it_is', values=', '.join(dict.fromkeys(found)))})" if found else ""
        return {"text": text, "good": bool(told["value"]), "answer": answer, "children": []}

    def _answer(self, node: Node, told: Told) -> str:
        if isinstance(node, KindOf):
            return say(self.visitor.language, f"expressions.kind_{told['value']}") if told["value"] else ""
        if not isinstance(node, Read):
            return ""
        field = self.visitor.entity(node.entities[-1]).fields.get(node.path[-1])
        if field is None:  # a table: its records are told on the page
            return ""
        return self._value(field, told["value"])

    def _value(self, field: Field, written: Any) -> str:  # Any: JSON
        value = loaded(field, written)
        if value is None:
            return self.visitor.say("empty")
        known = all(each in self.display.titles for each in references_of(field, value))
        return self.display.text(field, value) if known else ""

    def step(self, told: Told) -> str:
        kind = told["step"]
        if kind == "assign":
            return self._assigned(told)
        if kind == "approve":
            return self._approved(told)
        if kind == "consent":
            return self._agreed(told)
        if kind == "invite":
            return self._invited(told)
        if kind in ("notify", "email", "letter", "webhook"):
            return self._sent(kind, told)
        if kind in _OF_THE_RUN:
            return self._going(kind, told)
        entity = self.visitor.crm.model.entities.get(told.get("entity") or self.display.here.entity.name)
        if entity is None:
            return self.visitor.say("step_gone")
        if kind in ("for each", "rank"):
            return self._of_many(kind, entity, told)
        if kind in ("update", "link", "move") and told.get("id", kind) is None:
            return self.visitor.of(f"step_{kind}_nothing", entity)
        if kind == "create" and told.get("there"):
            return self.visitor.of("step_create_there", entity)
        return self.visitor.of(f"step_{kind}", entity, values=self._values(entity, told))

    def _of_many(self, kind: str, entity: Entity, told: Told) -> str:
        if kind == "rank":
            return self.visitor.of("step_rank", entity, count=told["count"])
        counts = {"count": told.get("count", "")}
        if left_out := told.get("restricted"):
            return self.visitor.of("step_each_restricted", entity, **counts, restricted=left_out)
        return self.visitor.of("step_each", entity, **counts)

    def _assigned(self, told: Told) -> str:
        """Who got it and by which rule, who had been left out and why."""
        why = told["why"]
        sentences = [self.visitor.say(f"step_assign_{why['by']}", person=self._people([told["user"]]))]
        if away := self._people(why.get("absent", ())):
            sentences.append(self.visitor.say("step_assign_away", people=away))
        for kind in ("skills", "territories"):
            if (match := why.get(kind)) and (lacking := self._people(match["lacking"])):
                params = {"people": lacking, "word": match["wanted"]}
                sentences.append(self.visitor.say(f"step_assign_lacking_{kind}", **params))
        for kind in ("full", "load"):
            if counts := why.get(kind):
                people = ", ".join(f"{self._people([each])} ({count})" for each, count in counts.items())
                sentences.append(self.visitor.say(f"step_assign_{kind}", people=people))
        return ". ".join(sentences)

    def _going(self, kind: str, told: Told) -> str:
        """What a step said of the run itself: that it waits, goes on, calls another rule, or ends."""
        say = self.visitor.say
        match kind:
            case "wait" if until := told.get("until"):
                moment = datetime.fromisoformat(until)
                return say("step_wait_until", time=format_datetime(moment, "medium", **self._clock))
            case "wait":
                return say(
                    {"time": "step_wait_over", "met": "step_wait_met"}.get(told.get("ended", ""), "step_wait")
                )
            case "if":
                return say("step_if" if told["condition"]["value"] else "step_if_not")
            case "stop":
                return say("step_stop", reason=told["reason"])
            case "call":
                called = self.visitor.crm.model.workflows.get(told["workflow"])
                rule = self.visitor.label(called.label) if called else told["workflow"]
                return say("step_called" if "ended" in told else "step_call", rule=rule)
            case "cancel":
                return self._by_hand(say(f"step_cancel_{told['why']}"), told)
            case "retry" | "begin anew":
                return self._by_hand(say(f"step_{kind.replace(' ', '_')}"), told)
        return say(f"step_{kind.replace(' ', '_')}")

    def _by_hand(self, sentence: str, told: Told) -> str:
        """What was done to a run, by whom and why, and what had gone wrong until then."""
        if person := self._people([told.get("user")]):
            sentence += f" ({person})"
        if comment := told.get("comment"):
            sentence += f": “{comment}”"
        if error := told.get("error"):
            sentence += f". {self.visitor.say('step_had_failed', error=error[self.visitor.language])}"
        return sentence

    @property
    def _clock(self) -> dict[str, Any]:  # Any: what Babel takes
        return {"tzinfo": self.visitor.crm.model.settings.zone, "locale": LOCALES[self.visitor.language]}

    def _sent(self, kind: str, told: Told) -> str:
        """Whom a step told; addresses outside are not said, for not everybody may see them."""
        if kind == "webhook":
            return self.visitor.say("step_webhook", host=told["host"])
        if kind == "notify":
            people = self._people(told["users"])
            return (
                self.visitor.say("step_notify", people=people)
                if people
                else self.visitor.say("step_notify_nobody")
            )
        found = self.visitor.crm.model.messages.get(told["message"])
        message = self.visitor.label(found.label) if found else told["message"]
        key = f"step_{kind}" if told["effects"] else f"step_{kind}_nobody"
        return self.visitor.say(key, message=message)

    def _agreed(self, told: Told) -> str:
        """What somebody agrees to or not; whose address that is, not everybody may see."""
        purpose = self.visitor.crm.model.settings.outside.purposes.get(told["purpose"])
        words = {True: "step_consent", False: "step_consent_not", None: "step_consent_nobody"}[told["given"]]
        return self.visitor.say(
            words, purpose=self.visitor.label(purpose.label) if purpose else told["purpose"]
        )

    def _invited(self, told: Told) -> str:
        if told["user"] is None:
            return self.visitor.say("step_invite_nobody")
        return self.visitor.say("step_invite", person=self._people([told["user"]]))

    def _approved(self, told: Told) -> str:
        """What was said, for whom, and who is asked then."""
        language, event = self.visitor.language, told["event"]
        asked = {"people": self._people(told.get("people", ()))}
        if event not in ("approved", "rejected", "withdrawn"):
            return say(language, f"approvals.step_{event}", **asked)
        words = say(language, f"approvals.was_{event}", person=self._people([told["user"]]))
        if behalf := self._people(told["on_behalf_of"]):
            words += f" {say(language, 'approvals.step_on_behalf', people=behalf)}"
        if told.get("people"):
            words += f". {say(language, 'approvals.step_asked', **asked)}"
        return words

    def _people(self, keys: Iterable[str | None]) -> str:
        return ", ".join(self.display.titles.get(("user", key or ""), "") for key in keys)

    def _values(self, entity: Entity, told: Told) -> str:
        """The values that the step gave, as far as the visitor may see them."""
        pairs = [
            (entity.fields[name], value)
            for name, value in told.get("values", {}).items()
            if name in entity.fields and name not in self.visitor.secret(entity)
        ]
        shown = [(self.visitor.field_label(field), self._value(field, value)) for field, value in pairs]
        return ", ".join(f"{label}: {text}" for label, text in shown if text)


def _parts(node: Node, told: Told) -> Iterator[tuple[Node, Told]]:
    """The parts of a node with what the trace tells of each; literals have no trace."""
    parts = () if isinstance(node, (KindOf, WeightOf)) else children(node)
    return zip((part for part in parts if not isinstance(part, Constant)), told["children"], strict=False)


def _leaves(node: Node, told: Told) -> Iterator[tuple[Node, Told]]:
    """The fields that a part reads, outermost first."""
    if isinstance(node, (Read, KindOf)):
        yield node, told
    for pair in _parts(node, told):
        yield from _leaves(*pair)


def _as_written(told: Told) -> Data:
    answer = told["value"]
    return {
        "text": told["text"],
        "good": answer if isinstance(answer, bool) else None,
        "answer": "" if isinstance(answer, bool) else f"= {answer}",
        "children": [_as_written(child) for child in told["children"]],
    }
