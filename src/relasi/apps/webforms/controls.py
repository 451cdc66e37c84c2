"""The questions of a web form as plain HTML, which works without any script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from relasi.apps.plain import text
from relasi.apps.webforms.intake import KEPT
from relasi.schema.fields.attached import Attached
from relasi.schema.fields.base import Widget
from relasi.schema.labels import text as label_text
from relasi.schema.model import Field
from relasi.schema.model.webform import Asked
from relasi.texts import say

_FEW = 5
_KINDS = {"email": "email", "phone": "tel", "url": "url"}
_INPUTS = {Widget.DATE: "date", Widget.DATETIME: "datetime-local", Widget.TIME: "time"}


@dataclass(frozen=True, slots=True)
class Question:
    """`held` is what has been typed or chosen; `options` are keys with what people read; `kept` are the seals
    of files that have arrived, with their names."""

    asked: Asked
    field: Field
    language: str
    held: Any  # Any: text, a truth, or texts
    issue: str = ""
    options: Mapping[str, str] | None = None
    kept: Mapping[str, str] | None = None

    @property
    def id(self) -> str:
        return f"f-{self.asked.name}"

    @property
    def label(self) -> str:
        return label_text(self.asked.label, self.language)

    def draw(self) -> str:
        if self._is_group:
            mark = f' id="{self.id}" tabindex="-1"{self._described}'
            return f"<fieldset{mark}><legend>{self._marked}</legend>{self._body}{self._notes}</fieldset>"
        if self._is_box:
            return f'<div class="box">{self._body}{self._notes}</div>'
        label = f'<label for="{self.id}"><span>{self._marked}</span></label>'
        return f"<div>{label}{self._body}{self._notes}</div>"

    @property
    def choices(self) -> Mapping[str, str]:
        """Keys with what people read, of what is chosen."""
        if self.options is not None:
            return self.options
        type_ = self.field.type
        if type_.widget is Widget.CHECKBOX:
            return {"yes": self._say("yes"), "no": self._say("no")}
        if type_.widget is Widget.RATING:
            return {str(mark): str(mark) for mark in range(1, int(getattr(type_, "max", _FEW)) + 1)}
        return {key: label_text(each.label, self.language) for key, each in type_.choices().items()}

    @property
    def _is_box(self) -> bool:
        return self.field.type.widget is Widget.CHECKBOX and self.field.type.default is not None

    @property
    def _is_group(self) -> bool:
        match self.field.type.widget:
            case Widget.MULTISELECT | Widget.RATING:
                return True
            case Widget.SELECT:
                return len(self.choices) <= _FEW
            case Widget.CHECKBOX:
                return not self._is_box
        return False

    @property
    def _marked(self) -> str:
        return text(self.label) + (' <span aria-hidden="true">*</span>' if self.asked.required else "")

    @property
    def _described(self) -> str:
        notes = [f"{self.id}-help"] if self._help else []
        notes += [f"{self.id}-issue"] if self.issue else []
        described = f' aria-describedby="{" ".join(notes)}"' if notes else ""
        return described + (' aria-invalid="true"' if self.issue else "")

    @property
    def _help(self) -> str:
        help = label_text(self.asked.help, self.language) if self.asked.help else ""
        type_ = self.field.type
        if isinstance(type_, Attached):
            help = f"{help} {self._say('file_limits', max=type_.max_size)}"
        return help.strip()

    @property
    def _notes(self) -> str:
        help = f'<p class="help" id="{self.id}-help">{text(self._help)}</p>' if self._help else ""
        issue = f'<p class="issue" id="{self.id}-issue">{text(self.issue)}</p>' if self.issue else ""
        return help + issue

    @property
    def _usual(self) -> str:
        required = " required" if self.asked.required and not self.kept else ""
        return f'id="{self.id}" name="{text(self.asked.name)}"{required}{self._described}'

    @property
    def _body(self) -> str:
        type_ = self.field.type
        match type_.widget:
            case Widget.TEXT_AREA:
                return f"<textarea {self._usual} rows=6>\n{text(self.held or '')}</textarea>"
            case Widget.CHECKBOX if self._is_box:
                ticked = " checked" if self.held else ""
                box = f'<input type="checkbox" value="yes" {self._usual}{ticked}>'
                return f"<label>{box}<span>{self._marked}</span></label>"
            case Widget.MULTISELECT:
                return self._marks("checkbox", self.held or [])
            case Widget.SELECT | Widget.RATING | Widget.CHECKBOX if self._is_group:
                return self._marks("radio", [self.held])
            case Widget.SELECT | Widget.LINK:
                return self._list()
            case Widget.FILES if isinstance(type_, Attached):
                return self._files(type_)
        kind = _INPUTS.get(type_.widget) or _KINDS.get(type_.name, "text")
        extra = ' inputmode="decimal"' if type_.widget is Widget.NUMBER else ""
        extra += f' autocomplete="{kind}"' if kind in _KINDS.values() else ""
        return f'<input type="{kind}" value="{text(self.held or "")}" {self._usual}{extra}>'

    def _marks(self, kind: str, held: Sequence[Any]) -> str:
        required = " required" if self.asked.required and kind == "radio" else ""
        marks = (
            f'<label><input type="{kind}" name="{text(self.asked.name)}" value="{text(key)}"'
            f"{' checked' if key in held else ''}{required}><span>{text(word)}</span></label>"
            for key, word in self.choices.items()
        )
        return f'<div class="marks">{"".join(marks)}</div>'

    def _list(self) -> str:
        options = "".join(
            f'<option value="{text(key)}"{" selected" if key == self.held else ""}>{text(word)}</option>'
            for key, word in self.choices.items()
        )
        return (
            f'<select {self._usual}><option value="">{text(self._say("choose"))}</option>{options}</select>'
        )

    def _files(self, type_: Attached) -> str:
        kept = "".join(
            f'<label class="kept"><input type="checkbox" name="{KEPT}{text(self.asked.name)}" '
            f'value="{text(seal)}" checked><span>{text(self._say("file_kept", name=name))}</span></label>'
            for seal, name in (self.kept or {}).items()
        )
        accept = ",".join(f".{ending}" for ending in (type_.formats or {}).values())
        several = " multiple" if type_.most > 1 else ""
        return f'{kept}<input type="file" {self._usual} accept="{text(accept)}"{several}>'

    def _say(self, key: str, **params: object) -> str:
        return say(self.language, f"webforms.{key}", **params)
