"""The files of a project as one administrator has them: with drafts in the place of what is on the disk."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from relasi.config.documents import SUFFIXES, Home, home_of
from relasi.config.overlays import EXTEND
from relasi.config.parsed import ParsedFiles
from relasi.config.project import Project
from relasi.config.stack import BASE, TEMPLATES
from relasi.config.text import MAX_SIZE, normal
from relasi.definitions import check_project, compile_project
from relasi.diagnostics import Diagnostics
from relasi.errors import EditRefused
from relasi.platform.again import begun_again
from relasi.runtime import Crm
from relasi.schema.model import Model
from relasi.store.authoring import Draft
from relasi.store.users import User

_CLOSED = frozenset({"platform"})
"""Kinds of files that are changed where the server runs: a wrong one would shut everybody out."""


def place_of(file: str) -> str:
    """Where a file of a lower layer stands in its own folder: `relasi:schema/x.yaml` -> `schema/x.yaml`."""
    path = PurePosixPath(file.removeprefix(f"{BASE}:"))
    if file.startswith(f"{BASE}:{TEMPLATES}/"):
        path = PurePosixPath(*path.parts[3:])
    return path.as_posix()


def is_own(file: str) -> bool:
    """Whether a file belongs to the project itself, and not to a layer below it."""
    return not file.startswith(f"{BASE}:")


@dataclass(frozen=True, slots=True)
class File:
    """A file of any layer. `changed` tells that it was written after what was applied last."""

    file: str
    home: Home
    layer: str
    is_overlay: bool
    changed: bool
    drafted_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A file in the hands of somebody. `text` is their draft, or else what is on the disk; `others` are the
    drafts of other people; `moved`: the disk has another text than the draft began with."""

    file: str
    text: str
    on_disk: str | None
    is_draft: bool
    moved: bool
    others: tuple[Draft, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """The project with somebody's drafts in it; the Model is None where it has errors."""

    model: Model | None
    diagnostics: Diagnostics
    project: Project


@dataclass(frozen=True)
class Workshop:
    """What one administrator does with the files. `parsed` spares who comes again what stays the same."""

    crm: Crm
    user: User
    parsed: ParsedFiles = field(default_factory=ParsedFiles)

    @property
    def user_id(self) -> str:
        return self.user.id

    def files(self, project: Project) -> tuple[File, ...]:
        """All files of all layers, as they stand in the project with the drafts; the project's own first."""
        with self.crm.store.session(write=False) as session:
            latest, drafts = session.deployments.latest(), session.authoring.drafts()
        by: dict[str, list[str]] = {}
        for draft in drafts:
            by.setdefault(draft.file, []).append(draft.user_id)
        applied = latest.at.timestamp() if latest else 0.0
        return tuple(
            File(
                file,
                home,
                _layer(file),
                _is_overlay(project.contents.get(file, b"")),
                is_own(file) and _written(self.crm.root / file) > applied,
                tuple(by.get(file, ())),
            )
            for file in sorted({*project.contents, *by}, key=lambda each: (not is_own(each), each))
            if (home := home_of(PurePosixPath(place_of(file)))) is not None
        )

    def open(self, file: str) -> Opened:
        """Raises EditRefused for what is no file of the project that may be changed here."""
        path = self.path(file)
        on_disk = read_text(path)
        with self.crm.store.session(write=False) as session:
            drafts = session.authoring.drafts(file)
        mine = next((each for each in drafts if each.user_id == self.user_id), None)
        return Opened(
            file,
            mine.text if mine else on_disk or "",
            on_disk,
            mine is not None,
            mine is not None and mine.base != on_disk,
            tuple(each for each in drafts if each.user_id != self.user_id),
        )

    @begun_again
    def keep(self, file: str, text: str) -> None:
        """Makes the text a draft; one that says what is on the disk is none. Raises EditRefused."""
        opened = self.open(file)
        if len(text.encode()) > MAX_SIZE:
            raise EditRefused("edit_too_long")
        ending = "\r\n" if "\r\n" in (opened.on_disk or "") else "\n"
        text = normal(text).replace("\n", ending)
        with self.crm.store.session() as session:
            if text == opened.on_disk:
                session.authoring.drop(file, self.user_id)
                return
            before = session.authoring.draft(file, self.user_id)
            base = before.base if before else opened.on_disk
            session.authoring.keep(Draft(file, self.user_id, text, base, self.crm.clock()))

    @begun_again
    def rebase(self, file: str) -> None:
        """Goes on with the draft over what others have written meanwhile."""
        opened = self.open(file)
        draft = Draft(file, self.user_id, opened.text, opened.on_disk, self.crm.clock())
        with self.crm.store.session() as session:
            session.authoring.keep(draft)

    @begun_again
    def drop(self, file: str) -> None:
        with self.crm.store.session() as session:
            session.authoring.drop(file, self.user_id)

    def drafts(self) -> tuple[Draft, ...]:
        with self.crm.store.session(write=False) as session:
            return tuple(each for each in session.authoring.drafts() if each.user_id == self.user_id)

    def texts(self) -> Mapping[str, bytes]:
        return {each.file: each.text.encode() for each in self.drafts()}

    def checked(self) -> Checked:
        """With what `relasi check` finds."""
        return Checked(*check_project(self.crm.root, self.parsed, self.texts()))

    def compiled(self) -> Checked:
        """With what stands in the way of running it."""
        return Checked(*compile_project(self.crm.root, self.parsed, self.texts()))

    def path(self, file: str) -> Path:
        """Where a file stands on the disk. Raises EditRefused as `open`."""
        path = PurePosixPath(file)
        home = home_of(path)
        is_odd = path.is_absolute() or any(part.startswith(".") for part in path.parts)
        if home is None or is_odd or path.suffix not in SUFFIXES or path.as_posix() != file:
            raise EditRefused("edit_no_file", file=file)
        if home.kind in _CLOSED:
            raise EditRefused("edit_closed", file=file)
        root = self.crm.root.resolve()
        found = (root / path).resolve()
        if not found.is_relative_to(root):
            raise EditRefused("edit_no_file", file=file)
        return found


def read_text(path: Path) -> str | None:
    """What a file holds, None where there is none. Raises EditRefused where it is no text."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise EditRefused("edit_unreadable", file=path.name) from None


def write_text(path: Path, text: str | None) -> None:
    """The whole text, or nothing of it; None takes the file away. Raises EditRefused."""
    try:
        if text is None:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f".{path.name}.{os.getpid()}")
        with made.open("wb") as stream:
            stream.write(text.encode())
            stream.flush()
            os.fsync(stream.fileno())
        if path.exists():
            made.chmod(path.stat().st_mode)
        made.replace(path)
    except OSError as error:
        raise EditRefused("edit_unwritable", file=path.name, reason=error.strerror or "") from None


def _layer(file: str) -> str:
    if is_own(file):
        return "project"
    parts = PurePosixPath(file.removeprefix(f"{BASE}:")).parts
    return parts[2] if file.startswith(f"{BASE}:{TEMPLATES}/") else BASE


def _is_overlay(data: bytes) -> bool:
    return any(line.startswith(f"{EXTEND}:".encode()) for line in data.splitlines())


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
