"""The controls of fields that keep files. What they hold is sent before the form is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from relasi.apps import components
from relasi.apps.routes.files import file_data
from relasi.apps.visitor import Visitor
from relasi.schema.fields.attached import Attached
from relasi.schema.fields.base import Value, ValueProblem, Widget
from relasi.schema.model import Field
from relasi.texts import say

if TYPE_CHECKING:
    from relasi.apps.controls import Look

Held = list[dict[str, Any]] | None  # Any: what JSON can say
"""The files of a control as the pages draw them."""

_WORDS = ("drop", "remove", "sending", "failed", "sign", "sign_again", "clear", "signed")


def held_files(_field: Field, value: Value, visitor: Visitor) -> Held:
    found = visitor.crm.records.files(visitor.actor, value) if value else {}
    locale = visitor.showing().locale
    return [file_data(found[key], locale) for key in value or () if key in found] or None


def attached(field: Field, held: Held, _visitor: Visitor) -> Value:
    """Raises ValueProblem, also while a file is on its way."""
    if any(each.get("arriving") for each in held or ()):
        raise ValueProblem("file_arriving")
    return field.type.accept([each["id"] for each in held or ()])


def draw_files(field: Field, look: Look, held: Held, visitor: Visitor) -> Held:
    draw = components.signature if field.type.widget is Widget.SIGNATURE else components.files
    return draw(_data(field, look, held, visitor), key=look.key) or None


def _data(field: Field, look: Look, held: Held, visitor: Visitor) -> components.Data:
    type_ = field.type
    assert isinstance(type_, Attached)
    return {
        "key": look.key,
        "label": look.label,
        "required": look.required,
        "help": visitor.label(field.help) if field.help else "",
        "value": held or [],
        "most": type_.most,
        "largest": type_.largest,
        "pictured": type_.pictured,
        "accept": ",".join(f".{ending}" for ending in (type_.formats or {}).values()),
        "upload": look.upload,
        "folder": look.folder,
        "words": {
            "add": visitor.say(f"files_add_{_what(type_)}"),
            **{word: visitor.say(f"files_{word}", name="{name}") for word in _WORDS},
            "too_large": say(visitor.language, "issues.file_too_large", max=type_.max_size),
        },
    }


def _what(type_: Attached) -> str:
    """What there is to add."""
    if type_.pictured:
        return "picture"
    return "several" if type_.most > 1 else "one"
