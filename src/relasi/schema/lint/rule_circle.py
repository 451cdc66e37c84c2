"""Rules that trigger each other without end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from relasi.config.documents import Home
from relasi.schema.lint.base import Finding, Lint, Survey
from relasi.schema.lint.effects import Effect, effects, triggers
from relasi.schema.model import Model, Repeat, Workflow


@dataclass(frozen=True, slots=True)
class _Link:
    """A rule, and one effect of it that may trigger another."""

    rule: Workflow
    effect: Effect
    other: str


_Links = Mapping[str, Sequence[_Link]]
"""By the name of the rule that writes."""


def _find(survey: Survey) -> Iterator[Finding]:
    rules = survey.model.workflows
    links = {name: list(_links_of(rule, survey.model)) for name, rule in rules.items()}
    seen: set[frozenset[str]] = set()
    for name in rules:
        circle = [link.rule.name for link in _shortest_circle(name, links)]
        if circle and frozenset(circle) not in seen:
            seen.add(frozenset(circle))
            yield _finding(circle, survey)


def _links_of(rule: Workflow, model: Model) -> Iterator[_Link]:
    for effect in effects(rule, model):
        for other in model.rules_for(effect.entity):
            if triggers(effect, other):
                yield _Link(rule, effect, other.name)


def _shortest_circle(start: str, links: _Links) -> list[_Link]:
    """The shortest way from a rule back to itself that can be gone for ever; [] for none."""
    waiting: list[list[_Link]] = [[]]
    seen: set[tuple[str, bool]] = set()
    while waiting:
        way = waiting.pop(0)
        for link in links[way[-1].other if way else start]:
            longer = [*way, link]
            key = (link.other, any(each.effect.creates for each in longer))
            if link.other == start:
                if _is_endless(longer):
                    return longer
            elif key not in seen:
                seen.add(key)
                waiting.append(longer)
    return []


def _is_endless(circle: Sequence[_Link]) -> bool:
    if any(link.effect.creates for link in circle):
        return True
    if any(link.rule.repeat is Repeat.ONCE_PER_RECORD for link in circle):
        return False
    return not any(_settles(link, circle) for link in circle)


def _settles(link: _Link, circle: Sequence[_Link]) -> bool:
    """Whether a second round would write the same: then nothing has changed, and nothing is triggered."""
    if link.effect.reads is None:
        return False
    others = {pair for each in circle if each is not link for pair in each.effect.writes}
    return link.effect.reads.isdisjoint(others | link.effect.writes) and link.effect.writes.isdisjoint(others)


def _finding(circle: Sequence[str], survey: Survey) -> Finding:
    """Told in the topmost layer: that is where the circle can be broken."""
    layers = [document.layer for document in survey.documents.values()]
    uppermost = max(circle, key=lambda name: layers.index(survey.documents[Home("workflow", name)].layer))
    first = circle.index(uppermost)
    ordered = [*circle[first:], *circle[:first]]
    told = " → ".join([*ordered, ordered[0]])
    several = len(ordered) > 1
    return Finding(
        Home("workflow", uppermost),
        ("when",),
        f"these rules trigger each other again and again: {told}" if several else "this rule triggers itself",
        "add a condition that becomes false, or write runs: once per record",
        related=tuple((Home("workflow", name), ("when",), f"{name} waits here") for name in ordered[1:]),
    )


LINT = Lint(
    code="rule-circle",
    title="Rules that trigger each other in a circle",
    explanation="What one rule writes triggers the next, and the last one triggers the first. "
    "Relasi stops such a chain after eight rules and takes back what they did. A circle is not "
    "reported where the values that are written make a condition false, where a rule only repeats "
    "what it wrote, and where a rule of it runs once per record while no new record is made.",
    example="workflow: grow\nentity: note\nwhen: created\ndo: [{create: note, set: {text: again}}]",
    find=_find,
)
