"""Labels, wherever they stand in a document: whether they speak the languages of the project."""

from __future__ import annotations

from pydantic import BaseModel, RootModel

from relasi.config.nodes import lookup
from relasi.schema.compiler.page import Page, Path
from relasi.schema.labels import LabelSpec
from relasi.texts import LANGUAGES

_LABELS = (LabelSpec, LabelSpec | None)


def check_labels(written: object, page: Page, path: Path, languages: tuple[str, ...]) -> None:
    """Reports languages that Relasi does not speak, and warns of labels that the project would miss."""
    match written:
        case RootModel():
            check_labels(written.root, page, path, languages)
        case BaseModel():
            for name, field in type(written).model_fields.items():
                place = (*path, field.alias or name)
                value = getattr(written, name)
                if field.annotation in _LABELS:
                    _check(value, page, place, languages)
                else:
                    check_labels(value, page, place, languages)
        case dict():
            for key, value in written.items():
                check_labels(value, page, (*path, key), languages)


def _check(label: object, page: Page, path: Path, languages: tuple[str, ...]) -> None:
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
