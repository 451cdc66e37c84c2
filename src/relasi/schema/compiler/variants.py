"""Variants of a process or a form: the first that fits is taken, so the last must fit whatever is left."""

from __future__ import annotations

from collections.abc import Sequence

from relasi.schema.compiler.page import Page, Path


def check_last_is_for_all(page: Page, path: Path, variants: Sequence[tuple[str, object]]) -> None:
    """`variants` are names with their conditions."""
    *first, (last, condition) = variants
    if condition is not None:
        message = f'nothing is for the records that "{last}" is not for'
        help = f'take its condition away, so that "{last}" is for all others, or add one without behind it'
        page.wrong((*path, last), "variant-order", message, help=help, at_key=True)
    for name, each in first:
        if each is None:
            message = f'"{name}" is for all records, so those below it are never taken'
            help = "add a condition, or move it to the end"
            page.wrong((*path, name), "variant-order", message, help=help, at_key=True)
