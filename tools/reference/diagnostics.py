"""The page of everything that `relasi check` can say, with lines from the examples that hold it to that."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from relasi.schema.lint.registry import LINTS

_HERE = Path(__file__).resolve().parent
_EXAMPLES = _HERE.parent.parent / "tests" / "projects" / "invalid"
_MARK = re.compile(r"\s*# (?:ERROR|WARNING) (?P<code>[a-z0-9-]+) \[.*?\]: ")
_LONGEST = 100
_WARNINGS = frozenset(
    {"bad-allowance", "changed-twice", "idle-allowance", "misnamed-folder", "missing-translation", "no-move"}
)
"""Those that are no lint."""
_INTRODUCTION = """\
Every mistake has a code, its file, line and column, the nearest legal word where there is one, and a way out.
`relasi check` reports all of them in one run; with `--json` as data, with `--watch` again at every change.

**Errors** stop the project from running. **Warnings** are about what is right, but hardly meant;
`relasi check --strict` fails on them too. A warning is silenced in the file, with a reason, by a comment on
its line or above it:

```yaml
legacy_code: text  # relasi: allow unused-field because last year's import fills it
```

A warning about a file of a layer below is not shown: that layer has its own check.
"""


@dataclass(frozen=True, slots=True)
class Example:
    """A line with a mistake in it, and what is said about it."""

    line: str
    message: str


@cache
def codes() -> Mapping[str, str]:
    """Code -> why it is a mistake, and what to do; what the lints find explains itself."""
    written: dict[str, str] = yaml.safe_load((_HERE / "codes.yaml").read_text(encoding="utf-8"))
    return written


def diagnostics_page(note: str) -> Iterator[str]:
    yield note
    yield "# Diagnostics\n"
    yield _INTRODUCTION
    examples = _examples()
    yield "## Errors\n"
    for code in sorted(codes().keys() - _WARNINGS):
        yield from _entry(code, examples.get(code))
    yield "## Warnings\n"
    for code in sorted(_WARNINGS | LINTS.keys()):
        if code in LINTS:
            yield from _lint(code)
        else:
            yield from _entry(code, examples.get(code))


def _entry(code: str, example: Example | None) -> Iterator[str]:
    yield f"### `{code}`\n"
    yield f"{codes()[code]}\n"
    if example:
        yield f"```yaml\n{example.line}\n```\n"
        yield f"> {example.message}\n"


def _lint(code: str) -> Iterator[str]:
    lint = LINTS[code]
    yield f"### `{code}`\n"
    yield f"**{lint.title}.** {lint.explanation}\n"
    yield f"```yaml\n{lint.example}\n```\n"


def _examples() -> Mapping[str, Example]:
    """For each code the shortest line of an example."""
    found: dict[str, Example] = {}
    for file in sorted(_EXAMPLES.glob("*.yaml")):
        for line in file.read_text(encoding="utf-8").split("\n"):
            for code, example in _marks(line):
                if code not in found or len(example.line) < len(found[code].line):
                    found[code] = example
    return found


def _marks(line: str) -> Iterator[tuple[str, Example]]:
    marks = list(_MARK.finditer(line))
    content = line[: marks[0].start()].strip() if marks else ""
    if not content or content.startswith("#") or len(content) > _LONGEST:
        return
    ends = [mark.start() for mark in marks[1:]] + [len(line)]
    for mark, end in zip(marks, ends, strict=True):
        message, _, near = line[mark.end() : end].partition(" -> ")
        said = f'{message}; did you mean "{near}"?' if near else message
        yield mark["code"], Example(content, said)
