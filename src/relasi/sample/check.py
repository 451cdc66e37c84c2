"""Finds the mistakes in the recipes of a project, with their places."""

from __future__ import annotations

from collections.abc import Iterable

from relasi.config.documents import Document
from relasi.diagnostics import Diagnostics
from relasi.sample.author import Author
from relasi.sample.recipes import moment, recipes
from relasi.schema.compiler.page import Page
from relasi.schema.compiler.settings.values import reporter
from relasi.schema.model import Model


def check_sample(model: Model, documents: Iterable[Document], diagnostics: Diagnostics) -> None:
    """Reports what the recipes get wrong; that their fields exist, the compiler has seen to."""
    document = next((each for each in documents if each.kind == "sample"), None)
    if document is None:
        return
    page = Page(document, diagnostics)
    for wanted in model.sample.sets:
        base = ("records", wanted.entity, "fields")
        entity = model.entities[wanted.entity]
        recipes(Author(model, entity, wanted.recipes, reporter(page, base)))
        if wanted.at is not None:
            moment(Author(model, entity, wanted.recipes, reporter(page, base[:-1])), wanted.at)
