"""Everything about a person as a page that can be read without anything else: one file of HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from html import escape
from typing import Any

from babel.dates import format_datetime

from relasi.privacy.dossier import Data, Dossier
from relasi.schema.fields.base import Showing, ValueProblem
from relasi.schema.labels import text
from relasi.schema.model import Field, Model
from relasi.texts import known, say

_NOTHING = ("condition_false", "already_ran")
"""Outcomes of rules that did nothing."""
_STYLE = """
body{font:16px/1.5 system-ui,"Segoe UI",Roboto,sans-serif;color:#1d1b18;background:#fff;max-width:52rem;
margin:2rem auto;padding:0 1rem}
h1{font-size:1.7rem;line-height:1.2}h2{margin-top:2.4rem;border-bottom:1px solid #d8d3ca;padding-bottom:.3rem}
h3{margin:1.6rem 0 .3rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem .35rem 0;border-top:1px solid #eee9e0;
overflow-wrap:anywhere}th{width:34%;font-weight:600}.soft{color:#6d665c;font-size:.9rem}pre{white-space:pre-wrap}
"""


def page_of(dossier: Dossier, model: Model, showing: Showing) -> str:
    """The page; whatever comes from data is escaped."""
    return "".join(_Page(dossier, model, showing).parts())


class _Page:
    def __init__(self, dossier: Dossier, model: Model, showing: Showing) -> None:
        self._dossier = dossier
        self._model = model
        self._showing = showing

    def parts(self) -> Iterator[str]:
        title = self._say("dossier_title", title=self._dossier.title)
        yield f'<!doctype html><html lang="{self._showing.language}"><head><meta charset="utf-8">'
        yield '<meta name="viewport" content="width=device-width,initial-scale=1">'
        yield f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>"
        company = self._say(
            "dossier_of", company=self._model.settings.name, when=self._when(self._dossier.at)
        )
        yield f'<p class="soft">{escape(company)}</p>'
        yield self._heading("dossier_records")
        for record in self._dossier.records:
            yield from self._record(record)
        yield from self._told()
        if self._dossier.history:
            yield self._heading("dossier_history")
            yield _table(self._changes())
        yield from self._left_out()
        yield "</body></html>\n"

    def _record(self, record: Data) -> Iterator[str]:
        yield f"<h3>{escape(record['label'])}: {escape(record['title'])}</h3>"
        made = self._when(datetime.fromisoformat(record["created_at"]))
        yield f'<p class="soft">{escape(self._say("dossier_since", when=made))}</p>'
        yield _table((value["label"], _shown(value)) for value in record["values"].values())

    def _told(self) -> Iterator[str]:
        """What the data have in words of the engine stands here in words of the reader; rules that had
        nothing to do are not worth a line."""
        for table, rows in self._dossier.told.items():
            happened = [row for row in rows if row.get("outcome") not in _NOTHING]
            if happened:
                yield self._heading(f"place_{table}")
                yield from (_table(self._columns(row)) for row in happened)

    def _columns(self, row: Data) -> Iterator[tuple[str, str]]:
        for name, value in row.items():
            if f"column_{name}" in known("privacy"):
                yield self._say(f"column_{name}"), escape(self._cell(name, value))

    def _cell(self, name: str, value: Any) -> str:  # Any: JSON
        if name in ("at", "opened_at"):
            return self._when(datetime.fromisoformat(value))
        if name == "workflow":
            rule = self._model.workflows.get(value)
            return self._label(rule.label) if rule else str(value)
        if isinstance(value, bool):
            return self._say("given" if value else "withdrawn")
        return self._label(value) if name == "label" else _flat(value)

    def _changes(self) -> Iterator[tuple[str, str]]:
        for change in self._dossier.history:
            entity = self._model.entities[change["entity"]]
            when = f"{self._when(datetime.fromisoformat(change['at']))}, {self._label(entity.label)}"
            lines = [
                f"{self._label(entity.fields[name].label)}: "
                + " → ".join(self._text(entity.fields[name], each) for each in pair if each is not None)
                for name, pair in change["fields"].items()
            ]
            yield when, "<br>".join(escape(line) for line in lines)

    def _text(self, field: Field, value: Any) -> str:  # Any: JSON
        """A value of the history, which may be of another type than the field is now."""
        try:
            kept = field.type.accept(tuple(value) if isinstance(value, list) else value)
            return "" if kept is None else field.type.show(kept, self._showing)
        except ValueProblem:
            return _flat(value)

    def _left_out(self) -> Iterator[str]:
        yield self._heading("dossier_left_out")
        codes = [code for code in self._dossier.left_out if code in known("privacy")]
        lines = [self._say(code, count=self._dossier.left_out[code]) for code in codes]
        yield "".join(f"<p>{escape(line)}</p>" for line in lines or [self._say("left_nothing")])

    def _heading(self, code: str) -> str:
        return f"<h2>{escape(self._say(code))}</h2>"

    def _label(self, label: Any) -> str:  # Any: a Label
        return text(label, self._showing.language)

    def _when(self, at: datetime) -> str:
        return str(format_datetime(at, "medium", tzinfo=self._showing.zone, locale=self._showing.locale))

    def _say(self, code: str, **params: object) -> str:
        return say(self._showing.language, f"privacy.{code}", **params)


def _shown(value: Data) -> str:
    if "files" in value:
        return "<br>".join(
            f'<a href="{escape(name, quote=True)}">{escape(name)}</a>' for name in value["files"]
        )
    return escape(value["text"]).replace("\n", "<br>")


def _flat(value: Any) -> str:  # Any: JSON
    """A value of JSON in words: what lists and maps hold, one behind the other."""
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_flat(each)}" for name, each in value.items() if each is not None)
    if isinstance(value, list):
        return ", ".join(map(_flat, value))
    return "" if value is None else str(value)


def _table(rows: Iterable[tuple[str, str]]) -> str:
    """The cells on the right are HTML already."""
    return (
        "<table>"
        + "".join(f"<tr><th>{escape(name)}</th><td>{cell}</td></tr>" for name, cell in rows)
        + "</table>"
    )
