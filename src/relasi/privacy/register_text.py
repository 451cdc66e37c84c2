"""The register as people and programs read it: Markdown, a page of HTML, JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from relasi.privacy.register import Activity, Kept, Recipient, register_of, without_purpose
from relasi.schema.labels import text
from relasi.schema.model import Field, Model, Personal, Retention, Then
from relasi.schema.model.mail import Purpose
from relasi.schema.words import ModelLabels
from relasi.texts import say

FORMATS = ("md", "html", "json")


@dataclass(frozen=True, slots=True)
class Part:
    """A purpose: facts about it, and a table of what is kept for it."""

    heading: str
    facts: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Written:
    title: str
    lead: str
    columns: tuple[str, ...]
    parts: tuple[Part, ...]
    missing: str
    """Personal fields that no purpose is named for; nothing where there are none."""


def written(model: Model, language: str) -> Written:
    """The register in words of a language."""
    words = _Words(model, language)
    missing = [
        f"{text(entity.label, language)}: {text(field.label, language)}"
        for entity, field in without_purpose(model)
    ]
    return Written(
        title=words.say("register", company=model.settings.name),
        lead=words.say("register_lead"),
        columns=tuple(words.say(f"register_{each}") for each in ("records", "fields", "readers", "ends")),
        parts=tuple(words.part(each) for each in register_of(model)),
        missing=words.say("register_missing", fields=", ".join(missing)) if missing else "",
    )


def rendered(model: Model, language: str, form: str) -> str:
    """In one of FORMATS."""
    found = written(model, language)
    return {"md": _markdown, "html": lambda each: _page(each, language), "json": _json}[form](found)


def end_of(model: Model, keep: Retention, language: str) -> str:
    """How long data are kept, and what happens then."""
    return _Words(model, language).end(keep)


class _Words:
    def __init__(self, model: Model, language: str) -> None:
        self._model, self._language = model, language
        self._labels = ModelLabels(model, language)

    def say(self, key: str, **params: object) -> str:
        return say(self._language, f"privacy.{key}", **params)

    def part(self, activity: Activity) -> Part:
        purpose = activity.purpose
        recipients = "; ".join(map(self._recipient, activity.recipients)) or self.say("register_nobody")
        facts = (
            (self.say("register_basis"), self._basis(purpose)),
            (self.say("register_consent"), self.say(f"asks_{purpose.consent.name.lower()}")),
            (self.say("register_recipients"), recipients),
        )
        rows = tuple(
            (
                text(kept.entity.plural, self._language) + self._whose(kept),
                ", ".join(map(self._field, kept.fields)),
                ", ".join(text(label, self._language) for label in kept.readers),
                "; ".join(self._ends(kept)),
            )
            for kept in activity.kept
        )
        return Part(text(purpose.label, self._language), facts, rows)

    def _basis(self, purpose: Purpose) -> str:
        return self.say(f"basis_{purpose.basis.name.lower()}" if purpose.basis else "register_unsaid")

    def _whose(self, kept: Kept) -> str:
        return "" if kept.own else f" ({self.say('register_belonging')})"

    def _field(self, field: Field) -> str:
        special = f" ({self.say('register_special')})" if field.personal is Personal.SPECIAL else ""
        return text(field.label, self._language) + special

    def _recipient(self, recipient: Recipient) -> str:
        return self.say(f"recipient_{recipient.way}", name=text(recipient.name, self._language))

    def _ends(self, kept: Kept) -> Iterator[str]:
        """With a whole record goes what belongs to it."""
        for field, keep in kept.ends:
            what = f"{text(field.label, self._language)}: " if field else ""
            yield what + self.end(keep)
        if kept.entity.keep is None:
            yield self.say("register_endless" if kept.own else "register_with_person")

    def end(self, keep: Retention) -> str:
        after = keep.after.describe(self._language, self._labels)
        then = "" if keep.then is Then.ASK else f" ({self.say(f'then_{keep.then.value}')})"
        return self.say("register_end", term=keep.term.in_words(self._language), after=after) + then


def _markdown(found: Written) -> str:
    lines = [f"# {found.title}", "", found.lead, ""]
    for part in found.parts:
        lines += [f"## {part.heading}", "", *(f"- {term}: {fact}" for term, fact in part.facts), ""]
        if part.rows:
            lines += [_row(found.columns), _row(["---"] * len(found.columns)), *map(_row, part.rows), ""]
    return "\n".join([*lines, *([found.missing, ""] if found.missing else [])])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _page(found: Written, language: str) -> str:
    """One file that needs nothing else."""
    heads = "".join(f"<th>{escape(each)}</th>" for each in found.columns)
    body = []
    for part in found.parts:
        facts = "".join(f"<li>{escape(term)}: {escape(fact)}</li>" for term, fact in part.facts)
        body.append(f"<h2>{escape(part.heading)}</h2><ul>{facts}</ul>")
        if part.rows:
            rows = "".join(
                f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in part.rows
            )
            body.append(f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>")
    missing = f"<p>{escape(found.missing)}</p>" if found.missing else ""
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{escape(found.title)}</title>'
        f"<style>{_STYLE}</style><h1>{escape(found.title)}</h1><p>{escape(found.lead)}</p>"
        f"{''.join(body)}{missing}</html>\n"
    )


def _json(found: Written) -> str:
    parts = [
        {
            "purpose": part.heading,
            **dict(part.facts),
            "records": [dict(zip(found.columns, row, strict=True)) for row in part.rows],
        }
        for part in found.parts
    ]
    told = {"title": found.title, "activities": parts, "missing": found.missing}
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #ccc;padding:.4rem .6rem;"
    "text-align:left;vertical-align:top}"
)
