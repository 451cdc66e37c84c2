"""Everything about a person as a page that can be read without anything else: one file of HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from html import escape
from typing import Any

from babel.dates import format_datetime

from relasi.privacy.dossier import Data, Dossier
from relasi.schema.fields.base import Showing
from relasi.schema.labels import text
from relasi.schema.model import Model
from relasi.texts import known, say

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
        for table, rows in self._dossier.told.items():
            yield self._heading(f"place_{table}")
            for row in rows:
                yield _table((name, escape(_flat(value))) for name, value in row.items())

    def _changes(self) -> Iterator[tuple[str, str]]:
        for change in self._dossier.history:
            entity = self._model.entities[change["entity"]]
            when = f"{self._when(datetime.fromisoformat(change['at']))}, {self._label(entity.label)}"
            lines = [
                f"{self._label(entity.fields[name].label)}: {_flat(old)} → {_flat(new)}"
                for name, (old, new) in change["fields"].items()
            ]
            yield when, "<br>".join(escape(line) for line in lines)

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
