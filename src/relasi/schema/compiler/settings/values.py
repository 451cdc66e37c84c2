"""Shared value lists, and what a field type may look up while it is compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from relasi.config.nodes import Mapping, lookup
from relasi.schema.compiler.draft import Draft
from relasi.schema.compiler.page import Page, Path
from relasi.schema.fields.base import Report, Surroundings
from relasi.schema.fields.choice import compile_options
from relasi.schema.spec.project import ValueListsSpec

_VALUES = (("default",), ("existing_rows",))


def compile_value_lists(draft: Draft, spec: ValueListsSpec) -> None:
    for name, options in spec.root.items():
        draft.value_lists[name] = compile_options(options, draft.languages)


def surroundings(
    draft: Draft, page: Page, base: Path, entity: str = ""
) -> tuple[Surroundings, Callable[[], bool]]:
    """The project as the field at `base` sees it, and whether the field has turned out sound.

    Problems land on the field's lines. Where its type is not sound, nobody can tell whether its default is.
    """
    report = reporter(page, base)
    unsound: list[Path] = []

    def problem(path: Path, code: str, message: str, **rest: Any) -> None:  # Any: as in Report
        is_value = path[:1] in _VALUES
        if is_value and unsound:
            return
        if not is_value:
            unsound.append(path)
        report(path, code, message, **rest)

    around = Surroundings(
        entities=tuple(draft.entities),
        value_lists=draft.value_lists,
        currency=draft.currency,
        languages=draft.languages,
        problem=problem,
        rates=draft.rates,
        entity=entity,
        region=draft.region,
    )
    return around, lambda: not unsound


def reporter(page: Page, base: Path) -> Report:
    """Reports on the page, with paths that begin at `base`; where one ends in the guilty word, its key is
    meant."""

    def problem(
        path: Path,
        code: str,
        message: str,
        *,
        word: str | None = None,
        candidates: Iterable[str] = (),
        help: str = "",
    ) -> None:
        place = (*base, *path)
        if word is None:
            page.wrong(place, code, message, help=help)
        else:
            is_key = place[-1] == word and isinstance(lookup(page.document.root, place[:-1]), Mapping)
            page.unknown(place, code, message, word, candidates, help=help, at_key=is_key)

    return problem
