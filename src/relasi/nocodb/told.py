"""What is to be done in NocoDB, and what people did there, in sentences and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from relasi.deploy.views import Line
from relasi.nocodb.base import Survey
from relasi.nocodb.difference import (
    AddOptions,
    MakeBase,
    MakeColumn,
    MakeTable,
    MakeView,
    Note,
    Rename,
    Retire,
    Step,
)
from relasi.texts import FALLBACK, say

_NEW = {MakeBase: "bases", MakeTable: "tables", MakeColumn: "columns", MakeView: "views"}
_NAME = "NocoDB"


def lines(survey: Survey, language: str = FALLBACK) -> list[Line]:
    """None where there is nothing to tell."""
    return [Line(glyph, f"{_NAME}  {text}") for glyph, text in _told(survey, language)]


def to_json(survey: Survey) -> dict[str, Any]:  # Any: JSON
    return {
        "steps": [{"kind": type(each).__name__, "place": _place(each)} for each in survey.steps],
        "by_hand": [
            {"kind": each.kind, "place": each.place, "title": each.title, "was": each.was}
            for each in survey.by_hand
        ],
    }


def _told(survey: Survey, language: str) -> Iterator[tuple[Any, str]]:  # Any: a glyph
    for each in survey.by_hand:
        told = say(language, f"nocodb.{each.kind}", title=each.title, was=each.was, place=each.place)
        yield ("=" if each.kind == "added" else "?"), told
    counts = Counter(_NEW[type(each)] for each in survey.steps if type(each) in _NEW)
    if counts:
        new = ", ".join(say(language, f"nocodb.{kind}", count=count) for kind, count in counts.items())
        yield "+", say(language, "nocodb.made", new=new)
    for step in survey.steps:
        match step:
            case Rename(place, held, title):
                yield "~", say(language, "nocodb.rename", place=place, was=held.title, title=title)
            case AddOptions(table, wanted):
                yield "~", say(language, "nocodb.options", title=wanted.title, table=table.title)
            case Retire(_, held, title):
                yield "-", say(language, "nocodb.retire", was=held.title, title=title)


def _place(step: Step) -> str:
    match step:
        case MakeBase(title):
            return title
        case MakeTable(wanted):
            return wanted.entity
        case MakeColumn(table, wanted) | AddOptions(table, wanted):
            return f"{table.entity}.{wanted.name}"
        case MakeView(table, view):
            return f"{table.entity}/{view.name}"
        case Rename(place):
            return place
        case Note(place) | Retire(place):
            return place.name
