"""Finds and reads the YAML files of a layer; what they hold is left to others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from relasi.config.documents import FOLDERS, SHARED, SINGLE_FILES, SUFFIXES, Home, folder_of, home_of
from relasi.config.text import MAX_SIZE
from relasi.diagnostics import Diagnostics, Span, nearest

_NESTED = frozenset(FOLDERS.values())
_READ = ("config", *FOLDERS.values(), *SHARED.values())


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that was found, named as in diagnostics; `data` is None if it could not be read."""

    file: str
    home: Home
    data: bytes | None
    folder: str = ""


def find_files(root: Path, prefix: str, diagnostics: Diagnostics) -> list[SourceFile]:
    """The files of the layer at `root`, sorted by folder and name; what cannot be read is reported."""
    walk = _Walk(root, prefix, diagnostics)
    found = []
    for folder in _READ:
        walk.warn_of_misnamed(PurePosixPath(folder).parent)
        for path in walk.yaml_in(PurePosixPath(folder), nested=folder in _NESTED):
            home = home_of(path)
            if home is None:
                walk.refuse_unknown(path)
            else:
                found.append(
                    SourceFile(prefix + path.as_posix(), home, walk.read(path), folder_of(path, home))
                )
    return found


Drafts = Mapping[str, bytes]
"""What files are to hold, in the place of what they hold on the disk: by their paths in the project."""


def with_drafts(found: list[SourceFile], drafts: Drafts) -> list[SourceFile]:
    """The files as they will be; drafts of what Relasi reads no file for are passed over."""
    known = {each.file for each in found}
    homes = {file: home_of(PurePosixPath(file)) for file in drafts if file not in known}
    new = [
        SourceFile(file, home, drafts[file], folder_of(PurePosixPath(file), home))
        for file, home in homes.items()
        if home is not None
    ]
    return [*(replace(each, data=drafts.get(each.file, each.data)) for each in found), *new]


class _Walk:
    """A walk through one layer; paths are relative to its root."""

    def __init__(self, root: Path, prefix: str, diagnostics: Diagnostics) -> None:
        self._root = root
        self._prefix = prefix
        self._diagnostics = diagnostics
        self._warned: set[PurePosixPath] = set()

    def yaml_in(
        self, folder: PurePosixPath, *, nested: bool, above: frozenset[Path] = frozenset()
    ) -> Iterator[PurePosixPath]:
        """YAML files below a folder, hidden ones left out. Links are followed, but never back up."""
        real = (self._root / folder).resolve()
        if real in above:
            self._refuse("link-loop", folder, "this link leads back to a folder that holds it")
            return
        for path in self._children(folder):
            is_yaml = path.suffix.lower() in SUFFIXES
            if self._is_folder(path):
                if is_yaml:
                    self._refuse(
                        "unreadable-file", path, "this is a folder, but its name ends like a YAML file"
                    )
                elif nested:
                    yield from self.yaml_in(path, nested=True, above=above | {real})
            elif is_yaml:
                yield path

    def read(self, path: PurePosixPath) -> bytes | None:
        try:
            if (self._root / path).is_file():
                with (self._root / path).open("rb") as stream:
                    return stream.read(MAX_SIZE + 1)
        except OSError as error:
            self._refuse("unreadable-file", path, f"this file cannot be read: {error.strerror}")
            return None
        self._refuse("unreadable-file", path, "this is not a file, or a link that leads to none")
        return None

    def refuse_unknown(self, path: PurePosixPath) -> None:
        known = [PurePosixPath(file).name for file in SINGLE_FILES.values()]
        message = "Relasi reads no file of this name here"
        way_out = f"here stand {', '.join(known)}"
        self._diagnostics.error(
            "unknown-file", message, self._span(path), help=way_out, suggestion=nearest(path.name, known)
        )

    def warn_of_misnamed(self, parent: PurePosixPath) -> None:
        """Folders beside the known ones that are not read, though their name comes close, or they stand in
        the folder of settings and hold what could be some."""
        if parent in self._warned:
            return
        self._warned.add(parent)
        known = [PurePosixPath(folder) for folder in _READ]
        names = [folder.name for folder in known if folder.parent == parent]
        for path in self._children(parent):
            if path in known or not self._is_folder(path):
                continue
            meant = nearest(path.name, names)
            if meant or (path.parent.name == "config" and self._holds_yaml(path)):
                message = f'the folder "{path.name}" is not read'
                way_out = "" if meant else f"here stand {', '.join(names)}"
                self._diagnostics.warning(
                    "misnamed-folder", message, self._span(path), help=way_out, suggestion=meant
                )

    def _holds_yaml(self, folder: PurePosixPath) -> bool:
        return any(path.suffix.lower() in SUFFIXES for path in self._children(folder))

    def _children(self, folder: PurePosixPath) -> list[PurePosixPath]:
        try:
            names = sorted(child.name for child in (self._root / folder).iterdir())
        except FileNotFoundError:
            return []
        except OSError as error:
            self._refuse("unreadable-file", folder, f"this folder cannot be read: {error.strerror}")
            return []
        return [folder / name for name in names if not name.startswith(".")]

    def _is_folder(self, path: PurePosixPath) -> bool:
        try:
            return (self._root / path).is_dir()
        except OSError:  # reading it will tell
            return False

    def _refuse(self, code: str, path: PurePosixPath, message: str) -> None:
        self._diagnostics.error(code, message, self._span(path))

    def _span(self, path: PurePosixPath) -> Span:
        return Span.whole(self._prefix + path.as_posix())
