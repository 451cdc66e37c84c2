"""Examples of what authors write: files laid over the skeleton, with what is wrong as a comment beside it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from relasi.config.project import Project, load
from relasi.diagnostics import Diagnostic, Diagnostics
from relasi.schema.compiler import compile_model
from relasi.schema.model import Model
from relasi.workflows.actions.registry import ACTIONS

PROJECTS = Path(__file__).resolve().parents[2] / "projects"
SKELETON = PROJECTS / "skeleton"

_HEAD = re.compile(r"# (?P<no>no )?(?P<file>[\w/.-]+\.ya?ml)$")
_MARK = re.compile(r"\s*# (?=(?:ERROR|WARNING) [a-z-]+ \[)")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of an example, its lines where they stand in the example. No text: the file is taken away."""

    file: str
    line: int
    text: str | None


@dataclass(frozen=True, slots=True)
class Example:
    """Files to lay over the skeleton.

    A line `# schema/visit.yaml` begins the file of that name, `# no schema/visit.yaml` takes it away. What is
    expected stands at the end of the guilty line: `# ERROR code [guilty words]: message -> suggestion`.
    """

    parts: tuple[Part, ...]
    expected: tuple[str, ...]
    """`line: mark`, as `found` gives them."""

    @classmethod
    def read(cls, path: Path) -> Example:
        return cls.parse(path.read_text(encoding="utf-8"))

    @classmethod
    def parse(cls, source: str) -> Example:
        parts: list[Part] = []
        expected: list[str] = []
        for number, line in enumerate(source.split("\n"), 1):
            content, *marks = _MARK.split(line)
            expected += [f"{number}: {mark}" for mark in marks]
            if head := _HEAD.fullmatch(content):
                parts.append(Part(head["file"], number, None if head["no"] else "\n" * number))
            elif parts and parts[-1].text is not None:
                parts[-1] = Part(parts[-1].file, parts[-1].line, f"{parts[-1].text}{content}\n")
        return cls(tuple(parts), tuple(expected))

    def compile(self, root: Path) -> tuple[Model | None, list[Diagnostic], Project]:
        """Compiles the example over the skeleton, in two layers where it asks for a base."""
        self.write(root)
        return compile_folder(root, SKELETON if self.is_layered else None)

    @property
    def is_layered(self) -> bool:
        return any("\nbase:" in (part.text or "") for part in self.parts)

    def write(self, root: Path) -> None:
        """Writes the example into a folder, with the skeleton below it unless it is a layer of its own."""
        if not self.is_layered:
            shutil.copytree(SKELETON, root, dirs_exist_ok=True)
        for part in self.parts:
            (root / part.file).parent.mkdir(parents=True, exist_ok=True)
            if part.text is None:
                (root / part.file).unlink()
            else:
                (root / part.file).write_text(part.text, encoding="utf-8")

    def found(self, diagnostics: list[Diagnostic], project: Project) -> Iterator[str]:
        """What was found, as an example's marks say it."""
        for each in diagnostics:
            head = next((part.line for part in self.parts if _is_in(part.file, each.span.file)), None)
            place = f"{each.span.file}:{each.span.line}" if head is None else max(head, each.span.line)
            near = f" -> {each.suggestion}" if each.suggestion else ""
            kind = each.severity.upper()
            yield f"{place}: {kind} {each.code} [{guilty_words(each, project)}]: {each.message}{near}"


def _is_in(file: str, place: str) -> bool:
    """Whether the place is the file, or a folder that holds it."""
    return file == place or file.startswith(f"{place}/")


def compile_folder(root: Path, base: Path | None = None) -> tuple[Model | None, list[Diagnostic], Project]:
    diagnostics = Diagnostics()
    project = load(root, diagnostics, base=base)
    model = None
    if project.documents:
        model = compile_model(
            project.documents, diagnostics, project.fingerprint, steps=ACTIONS, broken=project.broken
        )
    return model, list(diagnostics), project


def guilty_words(found: Diagnostic, project: Project) -> str:
    """What the carets underline: the text of the span, of its first line where it has several."""
    lines, span = project.source(found.span.file), found.span
    if span.line > len(lines):
        return ""
    end = span.end_column - 1 if span.end_line == span.line else None
    return lines[span.line - 1][span.column - 1 : end].strip()


def model_of(root: Path, source: str) -> Model:
    """The Model of a valid example."""
    model, diagnostics, _ = Example.parse(source).compile(root)
    assert model is not None, diagnostics
    return model
