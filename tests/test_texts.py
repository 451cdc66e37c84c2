"""Every sentence exists in every language, and is said somewhere."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
import yaml

import relasi
from relasi import errors
from relasi.texts import LANGUAGES, say

SOURCE = Path(relasi.__file__).parent
SENTENCES: dict[str, dict[str, str]] = {
    f"{file.stem}.{key}": said
    for file in sorted((SOURCE / "texts").glob("*.yaml"))
    for key, said in yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader).items()
}
"""What each says in each language, by the name of its area and its own."""

_RAISED_IN = {
    "ValueProblem": "issues",
    **{
        name: error.area
        for name, error in inspect.getmembers(errors, inspect.isclass)
        if issubclass(error, errors.RelasiError) and "code" in inspect.signature(error).parameters
    },
}
"""The errors that are made with the code of a sentence, and the area of that sentence."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that the source asks for by name. `holes` is None where the call spreads a mapping."""

    name: str
    holes: frozenset[str] | None
    place: str


def holes(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@cache
def _trees() -> tuple[tuple[Path, ast.Module], ...]:
    return tuple((file, ast.parse(file.read_text(encoding="utf-8"))) for file in sorted(SOURCE.rglob("*.py")))


def _calls() -> Iterator[tuple[str, str, ast.Call]]:
    """(place, called name, call) of all calls in the source."""
    for file, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, (ast.Name, ast.Attribute)):
                called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                yield f"{file.relative_to(SOURCE)}:{node.lineno}", called, node


def said_by_name() -> Iterator[Said]:
    for place, called, call in _calls():
        words = [each.value if isinstance(each, ast.Constant) else None for each in call.args]
        given = (
            None
            if any(each.arg is None for each in call.keywords)
            else frozenset(str(each.arg) for each in call.keywords)
        )
        if called in _RAISED_IN and words and isinstance(words[0], str):
            yield Said(f"{_RAISED_IN[called]}.{words[0]}", given, place)
        elif called == "Issue" and len(words) > 1 and isinstance(words[1], str):
            yield Said(f"issues.{words[1]}", None if len(words) > 2 else frozenset(), place)
        elif called == "say" and len(words) > 1 and isinstance(words[1], str) and "." in words[1]:
            yield Said(words[1], given, place)


@cache
def _spoken() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """The string constants of the source, and patterns of its f-strings that have a fixed part."""
    constants: set[str] = set()
    patterns: set[str] = set()
    for _, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                constants.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                fixed = [each.value if isinstance(each, ast.Constant) else None for each in node.values]
                if any(isinstance(each, str) and each.strip("._ ") for each in fixed):
                    patterns.add("".join(".+" if each is None else re.escape(str(each)) for each in fixed))
    return frozenset(constants), tuple(map(re.compile, patterns))


def is_spoken(area: str, key: str) -> bool:
    constants, patterns = _spoken()
    return not constants.isdisjoint({key, f"{area}.{key}"}) or any(each.fullmatch(key) for each in patterns)


def test_every_sentence_exists_in_every_language() -> None:
    ones = {f"{each}_one" for each in LANGUAGES}
    assert [name for name, said in SENTENCES.items() if said.keys() - ones != set(LANGUAGES)] == []


def test_every_sentence_has_the_same_holes_in_every_language() -> None:
    found = {
        name: {language: holes(text) for language, text in said.items()} for name, said in SENTENCES.items()
    }
    unlike = {name: each for name, each in found.items() if len(set(map(frozenset, each.values()))) > 1}
    assert unlike == {}


def test_every_sentence_that_says_one_thing_otherwise_counts_it() -> None:
    counting = [name for name, said in SENTENCES.items() if any(each.endswith("_one") for each in said)]
    assert [name for name in counting if "count" not in holes(SENTENCES[name]["en"])] == []


def test_every_sentence_is_said_somewhere() -> None:
    assert [name for name in SENTENCES if not is_spoken(*name.split(".", 1))] == []


def test_a_sentence_that_nobody_says_would_be_noticed() -> None:
    assert not is_spoken("issues", "never_said_by_anybody")


def test_everything_that_is_said_has_a_sentence() -> None:
    assert [said for said in said_by_name() if said.name not in SENTENCES] == []


def test_everything_that_is_said_fills_the_holes_of_its_sentence() -> None:
    wanted = {name: holes(said["en"]) for name, said in SENTENCES.items()}
    unfilled = [
        (said, left)
        for said in said_by_name()
        if said.holes is not None and (left := wanted.get(said.name, set()) - said.holes)
    ]
    assert unfilled == []


def test_a_sentence_is_said_in_the_language_asked_for() -> None:
    assert [say(language, "values.yes") for language in LANGUAGES] == ["Yes", "Ya"]


def test_another_language_hears_english() -> None:
    assert say("fr", "values.yes") == "Yes"


def test_the_params_fill_the_holes() -> None:
    assert "12" in say("id", "issues.too_small", min=12)


@pytest.mark.parametrize("one", [1, "1"])
def test_one_thing_is_not_said_as_several_are(one: object) -> None:
    assert [say("en", "importing.rows", count=count) for count in (one, 2)] == ["1 row", "2 rows"]


def test_a_language_without_a_plural_says_one_thing_as_several() -> None:
    assert [say("id", "importing.rows", count=count) for count in (1, 2)] == ["1 baris", "2 baris"]


def test_a_missing_sentence_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("en", "values.perhaps")
