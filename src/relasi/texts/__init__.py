"""Every sentence that a user can see, in every language of the product.

A sentence is named `area.key`; `area.yaml` in this folder keeps its languages side by side, so that a missing
translation is seen where it is missing. What admins write (labels) is not here, it is in their YAML.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

import yaml

LANGUAGES = ("en", "id")
FALLBACK = "en"
LOCALES = {"en": "en_GB", "id": "id_ID"}
"""A language -> how it writes numbers and dates."""


@cache
def _area(area: str) -> Mapping[str, Mapping[str, str]]:
    text = resources.files(__package__).joinpath(f"{area}.yaml").read_text(encoding="utf-8")
    loaded = yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506  # builds text only
    return loaded if isinstance(loaded, dict) else {}


def known(area: str) -> tuple[str, ...]:
    """The keys of an area's sentences."""
    return tuple(_area(area))


def say(language: str, name: str, /, **params: object) -> str:
    """The sentence `area.key` with `{param}` holes filled; English where the language is not known.

    A param that is a text for each language, as a label is, fills its hole in the language of the sentence.
    Where `count` is one, a language that speaks of one thing otherwise than of several does (`en_one`).

    Raises KeyError for a sentence that does not exist: a page must not show a key to a user.
    """
    area, _, key = name.partition(".")
    sentence = _area(area)[key]
    filled = {hole: _in(language, value) for hole, value in params.items()}
    spoken = language if language in sentence else FALLBACK
    form = f"{spoken}_one" if str(params.get("count")) == "1" else spoken
    return sentence.get(form, sentence[spoken]).format(**filled)


def _in(language: str, value: object) -> object:
    return value.get(language, next(iter(value.values()), "")) if isinstance(value, Mapping) else value
