"""Labels, wherever they stand in a document: whether they speak the languages of the project."""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel, RootModel

from relasi.config.nodes import lookup
from relasi.schema.compiler.page import Page, Path
from relasi.schema.labels import LabelSpec
from relasi.texts import LANGUAGES

_LABELS = (LabelSpec, LabelSpec | None)
_HOLDERS = (BaseModel, dict)


def check_labels(written: object, page: Page, path: Path, languages: tuple[str, ...]) -> None:
    """Reports languages that Relasi does not speak, and warns of labels that the project would miss."""
    match written:
        case RootModel():
            check_labels(written.root, page, path, languages)
        case BaseModel():
            for name, key, is_label in _keys(type(written)):
                value = getattr(written, name)
                if is_label:
                    check_label(value, page, (*path, key), languages)
                elif isinstance(value, _HOLDERS):
                    check_labels(value, page, (*path, key), languages)
        case dict():
            for key, value in written.items():
                if isinstance(value, _HOLDERS):
                    check_labels(value, page, (*path, key), languages)


@cache
def _keys(spec: type[BaseModel]) -> tuple[tuple[str, str, bool], ...]:
    """Attribute, key as written, and whether a label stands there."""
    return tuple(
        (name, field.alias or name, field.annotation in _LABELS) for name, field in spec.model_fields.items()
    )


def check_label(label: object, page: Page, path: Path, languages: tuple[str, ...]) -> None:
    """The same of one."""
    if not isinstance(label, dict) or not label:
        return
    if lookup(page.document.root, path) is None:  # the short form of an option is its label
        path = path[:-1]
    for word in label:
        if word not in LANGUAGES:
            message = f'"{word}" is not a language'
            page.unknown((*path, word), "unknown-language", message, word, LANGUAGES, at_key=True)
    missing = [each for each in languages if each not in label]
    if missing and all(word in LANGUAGES for word in label):
        message = f"this has no text in {' and '.join(missing)}"
        help = f"add {', '.join(f'{each}: …' for each in missing)}; until then people read another language"
        page.warn(path, "missing-translation", message, help=help)
