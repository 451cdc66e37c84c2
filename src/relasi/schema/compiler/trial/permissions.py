"""What a test says of rights: who sees or may do what with its records, and what somebody never may."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from relasi.schema.compiler.page import Path
from relasi.schema.compiler.trial.wanted import Cast
from relasi.schema.model import Process
from relasi.schema.scope import ModelScope
from relasi.schema.spec.trial import NeverSpec
from relasi.schema.trials import VERBS, Access, Never, Verb

WORDS: dict[str, tuple[Verb, bool]] = {
    "sees": ("read", True),
    "does not see": ("read", False),
    **{f"may {verb}": (verb, True) for verb in VERBS if verb != "read"},
    **{f"may not {verb}": (verb, False) for verb in VERBS if verb != "read"},
}
"""What `expect` says of rights -> what is asked, and the answer that is expected."""

_OF_FIELDS: tuple[Verb, ...] = ("read", "update")


def compile_access(cast: Cast, path: Path, written: Any) -> Iterator[Access]:  # Any: plain YAML
    """`path` ends with one of WORDS. Records stand below it: one, a list, or those to move with their moves;
    `RECORD.FIELD` where a field is seen or changed."""
    verb, may = WORDS[str(path[-1])]
    if isinstance(written, dict) == (verb != "move"):
        help = "write {RECORD: MOVE}" if verb == "move" else "write the name of a record, or a list of them"
        cast.page.wrong(path, "wrong-type", f'"{path[-1]}" cannot be written so', help=help)
        return
    for key, word in _listed(written):
        here = (*path, *((key,) if key is not None else ()))
        name, _, field = (str(key), "", "") if verb == "move" else str(word).partition(".")
        record = cast.record(here, name, at_key=verb == "move")
        if record is None or record.entity is None:
            continue
        entity = cast.model.entities[record.entity]
        if verb == "move":
            moves = _moves(entity.process)
            for move in word if isinstance(word, list) else [word]:
                if cast.page.pick(here, "unknown-move", f"move of {entity.name}", str(move), moves):
                    yield Access(verb, record, may, cast.page.span(here), str(move))
            continue
        if field and verb not in _OF_FIELDS:
            help = f'write {name}; only "sees" and "may update" are said of fields, too'
            cast.page.wrong(here, "wrong-type", f'"{path[-1]}" is not said of a field', help=help)
            continue
        fields = dict.fromkeys(entity.fields, True)
        if not field or cast.page.pick(here, "unknown-field", f"field of {entity.name}", field, fields):
            yield Access(verb, record, may, cast.page.span(here), field or None)


def compile_never(cast: Cast, path: Path, spec: NeverSpec) -> Never | None:
    entity = cast.page.pick((*path, "of"), "unknown-entity", "entity", spec.of, cast.model.entities)
    if entity is None:
        return None
    where = None
    if spec.where is not None:
        where = cast.page.condition((*path, "where"), spec.where, ModelScope(cast.model, entity.name))
        if where is None:
            return None
    verbs: list[Verb] = [spec.may] if isinstance(spec.may, str) else list(spec.may)
    return Never(tuple(verbs), entity.name, where, cast.page.span(path))


def _moves(process: Process | None) -> dict[str, str]:
    return {each.name: each.name for each in process.moves} if process else {}


def _listed(written: Any) -> Iterator[tuple[Any, Any]]:  # Any: plain YAML
    """The key of each in YAML, and what stands there."""
    if isinstance(written, dict):
        yield from written.items()
    elif isinstance(written, list):
        yield from enumerate(written)
    else:
        yield None, written
