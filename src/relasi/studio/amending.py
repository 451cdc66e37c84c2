"""Small changes of an entity that need no YAML: where each is written, and how, in the project's own files.

What a lower layer says is changed by an overlay, what the project says itself in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from relasi.config.documents import COLLECTIONS, Document, Home, home_of
from relasi.config.edits import Plain, swapped, with_item, with_value
from relasi.config.nodes import Mapping as MappingNode
from relasi.config.nodes import Node, Scalar, Sequence, lookup, plain, span_at
from relasi.config.overlays import ADD, EXTEND, PLACE
from relasi.errors import EditRefused
from relasi.studio.workshop import Checked, Workshop, is_own, place_of

Trail = tuple[str, ...]
Label = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Amending:
    """Changes one document of the project as it is with somebody's drafts; each change becomes a draft."""

    workshop: Workshop
    checked: Checked
    home: Home

    @property
    def document(self) -> Document:
        """Raises EditRefused where the project has none of that name."""
        found = next((each for each in self.checked.project.documents if each.home == self.home), None)
        if found is None:
            raise EditRefused("edit_by_hand", path=self.home.opening)
        return found

    def add_field(self, name: str, written: Mapping[str, Plain], *, section: str | None = None) -> None:
        """A field at the end, and in a section of the form where there are some. Raises EditRefused."""
        fields = lookup(self.document.root, ["fields"])
        if fields is not None and name in _keys(fields):
            raise EditRefused("field_there", name=name)
        self._set(("fields", name), dict(written))
        if section is not None:
            self._append(("form", section, "fields"), name)

    def set_field(self, name: str, key: str, value: Plain) -> None:
        """One key of a field: its label, whether it is required, when it is visible. Raises EditRefused."""
        node = lookup(self.document.root, ["fields", name])
        if isinstance(node, Scalar):  # the short form, which an overlay would replace
            self._set(("fields", name), {"type": node.text, key: value})
        else:
            self._set(("fields", name, key), value)

    def add_option(self, field: str, key: str, label: Label) -> None:
        """An option of a choice, or of the value list that it shares with others. Raises EditRefused."""
        node = lookup(self.document.root, ["fields", field, "options"])
        if isinstance(node, Scalar):
            shared = Amending(self.workshop, self.checked, Home("value_lists", "value_lists"))
            shared._add_option((node.text,), key, label)
        else:
            self._add_option(("fields", field, "options"), key, label)

    def add_column(self, list_: str, field: str) -> None:
        """Raises EditRefused."""
        self._append(("lists", list_, "columns"), field)

    def move_field(self, name: str, by: Literal[-1, 1]) -> None:
        """One place up or down: in the section of the form that has it, or else among the fields. Raises
        EditRefused."""
        sections = lookup(self.document.root, ["form"])
        for section in sections.entries if isinstance(sections, MappingNode) else ():
            trail = ("form", section, "fields")
            node = lookup(self.document.root, trail)
            names = plain(node) if node is not None else []
            if isinstance(node, Sequence) and isinstance(names, list) and name in names:
                self._move_item(trail, node, names.index(name), by)
                return
        self._move_key(("fields",), name, by)

    def _move_item(self, trail: Trail, node: Sequence, index: int, by: int) -> None:
        other = index + by
        if not 0 <= other < len(node.items):
            raise EditRefused("edit_at_the_end")
        files = {each.span.file for each in node.items}
        if len(files) == 1 and is_own(next(iter(files))):
            file = files.pop()
            self._keep(file, swapped(self._text(file), self._path(file, trail), index, other))
            return
        items = [plain(each) for each in node.items]
        items[index], items[other] = items[other], items[index]
        self._set(trail, items)

    def _move_key(self, trail: Trail, name: str, by: int) -> None:
        node = lookup(self.document.root, trail)
        names = list(node.entries) if isinstance(node, MappingNode) else []
        index = names.index(name) + by if name in names else -1
        if not isinstance(node, MappingNode) or not 0 <= index < len(names):
            raise EditRefused("edit_at_the_end")
        other = names[index]
        files = {node.entries[each].key.span.file for each in (name, other)}
        if len(files) == 1 and is_own(next(iter(files))):
            file = files.pop()
            self._keep(file, swapped(self._text(file), self._path(file, trail), name, other))
            return
        file = self._overlay()
        side = "before" if by < 0 else "after"
        self._keep(file, with_value(self._text(file), (PLACE, ".".join((*trail, name))), f"{side} {other}"))

    def _add_option(self, trail: Trail, key: str, label: Label) -> None:
        node = lookup(self.document.root, trail)
        if node is not None and key in _keys(node):
            raise EditRefused("option_there", name=key)
        if isinstance(node, Sequence) and not label:
            self._append(trail, key)
        elif isinstance(node, Sequence):
            self._set(trail, {**dict.fromkeys(_keys(node)), key: dict(label)})
        else:
            self._set((*trail, key), dict(label) or None)

    def _set(self, trail: Trail, value: Plain) -> None:
        file = self._file(trail)
        self._keep(file, with_value(self._text(file), self._path(file, trail), value))

    def _append(self, trail: Trail, item: Plain) -> None:
        file = self._file(trail)
        path = self._path(file, trail)
        if self._is_overlay(file) and lookup(self.document.root, trail) is not None and not self._says(trail):
            path = (ADD, ".".join(trail))
        self._keep(file, with_item(self._text(file), path, item))

    def _says(self, trail: Trail) -> bool:
        """Whether what stands at a trail is written in a file of the project."""
        return is_own(span_at(self.document.root, trail).file)

    def _file(self, trail: Trail) -> str:
        """The file to write to: where the value, or what holds it, stands."""
        file = span_at(self.document.root, trail).file
        return file if is_own(file) else self._overlay()

    def _overlay(self) -> str:
        """The project's own file that lies over the document, which may be a new one."""
        for file in self.checked.project.contents:
            if is_own(file) and home_of(PurePosixPath(file)) == self.home:
                if not self._is_overlay(file):
                    raise EditRefused("edit_by_hand", path=file)
                return file
        return place_of(self.document.file)

    def _is_overlay(self, file: str) -> bool:
        return any(line.startswith(f"{EXTEND}:") for line in self._text(file).splitlines())

    def _path(self, file: str, trail: Trail) -> Trail:
        """The keys from the margin of a file: a collection stands below its head."""
        is_below = self.home.kind in COLLECTIONS and not self._is_overlay(file)
        return (self.home.kind, *trail) if is_below else trail

    def _text(self, file: str) -> str:
        opened = self.workshop.open(file)
        is_new = opened.on_disk is None and not opened.is_draft
        return f"{EXTEND}: {self.home.name}\n" if is_new else opened.text

    def _keep(self, file: str, text: str) -> None:
        self.workshop.keep(file, text)


def _keys(node: Node) -> list[str]:
    if isinstance(node, Sequence):
        return [each.text for each in node.items if isinstance(each, Scalar)]
    return list(node.entries) if isinstance(node, MappingNode) else []
