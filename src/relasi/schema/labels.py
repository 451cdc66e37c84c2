"""Labels: what admins call things, in the languages of their project."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

LabelSpec = str | dict[str, str]
"""As written: one text for all languages, or a text per language."""

Label = Mapping[str, str]
"""Compiled: a text for each language of the project."""


def label_of(spec: LabelSpec | None, key: str, languages: tuple[str, ...]) -> Label:
    """The compiled label; where a language is missing, the first one that is there, else the key in plain
    words."""
    if isinstance(spec, str):
        return MappingProxyType(dict.fromkeys(languages, spec))
    written = spec or {}
    fallback = next((written[language] for language in languages if language in written), from_key(key))
    return MappingProxyType({language: written.get(language, fallback) for language in languages})


def from_key(key: str) -> str:
    """`closed_at` -> "Closed at"."""
    return key.replace("_", " ").strip().capitalize()


def text(label: Label, language: str) -> str:
    """The label in a language, else in the first language of the project."""
    return label[language] if language in label else next(iter(label.values()), "")
