"""What a lint is: a code, words about it, and a function that looks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from relasi.config.documents import Document, Home
from relasi.schema.model import Model

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """What lints look at: the Model, and the documents that it was made of."""

    model: Model
    documents: Mapping[Home, Document]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to warn of, at a path of a document. `help` says in one sentence what to do.

    `related` are other places with a note: (document, path, note).
    """

    home: Home
    path: Path
    message: str
    help: str
    at_key: bool = True
    related: tuple[tuple[Home, Path, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Lint:
    """`title` and `explanation` go into the reference; `example` is YAML in which it is found."""

    code: str
    title: str
    explanation: str
    example: str
    find: Callable[[Survey], Iterator[Finding]]
