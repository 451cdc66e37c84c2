"""Shared value lists, and what a field type may look up while it is compiled."""

from __future__ import annotations

from collections.abc import Iterable

from relasi.schema.compiler.draft import Draft
from relasi.schema.compiler.page import Page, Path
from relasi.schema.fields.base import Report, Surroundings
from relasi.schema.fields.choice import compile_options
from relasi.schema.spec.project import ValueListsSpec


def compile_value_lists(draft: Draft, spec: ValueListsSpec) -> None:
    for name, options in spec.root.items():
        draft.value_lists[name] = compile_options(options, draft.languages)


def surroundings(draft: Draft, page: Page, base: Path) -> Surroundings:
    """The project as the field at `base` sees it; its problems land on the field's lines."""
    return Surroundings(
        entities=tuple(draft.entities),
        value_lists=draft.value_lists,
        currency=draft.currency,
        languages=draft.languages,
        problem=reporter(page, base),
    )


def reporter(page: Page, base: Path) -> Report:
    """Reports on the page, with paths that begin at `base`."""

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
            page.unknown(place, code, message, word, candidates, help=help)

    return problem
