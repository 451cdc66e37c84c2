"""What a file is: its folder tells the kind, its name the name, and its first key must agree with both."""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from relasi.config.nodes import Entry, KeyPath, Mapping, Node, Scalar, span_at
from relasi.config.overlays import (
    ADD,
    EXTEND,
    INSTRUCTIONS,
    PLACE,
    REMOVE,
    Addition,
    Placing,
    Trail,
    additions_of,
    placings_of,
    removals_of,
)
from relasi.diagnostics import Diagnostics, Span, nearest

FOLDERS = {
    "entity": "schema",
    "workflow": "workflows",
    "department": "config/departments",
    "platform": "config/platforms",
    "message": "config/messages",
    "hook": "config/hooks",
    "suite": "config/tests",
    "form": "config/forms",
    "dashboard": "config/dashboards",
    "mailbox": "config/mailboxes",
}
SETTINGS = "crm"
SETTINGS_FILE = "config/crm.yaml"
MODULES = "modules"
COLLECTIONS = {
    MODULES: "config/modules.yaml",
    "roles": "config/roles.yaml",
    "teams": "config/teams.yaml",
    "value_lists": "config/value_lists.yaml",
    "sample": "config/sample_data.yaml",
}
SHARED = {kind: file.removesuffix(".yaml") for kind, file in COLLECTIONS.items() if kind != MODULES}
"""Folders in which each module has a file of its own."""
SINGLE_FILES = {SETTINGS: SETTINGS_FILE, **COLLECTIONS}
SUFFIXES = frozenset({".yaml", ".yml"})


@dataclass(frozen=True, slots=True)
class Home:
    """What a file must define, told by where it stands; the name of a single file is its kind."""

    kind: str
    name: str

    @property
    def place(self) -> str:
        return f"{FOLDERS[self.kind]}/" if self.kind in FOLDERS else SINGLE_FILES[self.kind]

    @property
    def opening(self) -> str:
        """How such a file begins."""
        return f"{self.kind}: {self.name}" if self.kind in FOLDERS else f"{self.kind}:"


@dataclass(frozen=True, slots=True)
class Touch:
    """Where an overlay says that a value of a lower layer is another one, or is gone."""

    span: Span
    layer: str
    is_removal: bool = False


Touches = AbstractMapping[Trail, Touch]


@dataclass(frozen=True, slots=True)
class Document:
    """One definition. `root` holds its keys: head and all, or what stands below the head of a collection.

    An overlay holds what it changes, without its instructions: those are `removals`, `additions` and
    `placings`. A merged document knows what overlays have `touched`. `folder` is the one right below that
    of its kind, "" for none.
    """

    kind: str
    name: str
    root: Mapping
    layer: str
    span: Span
    is_overlay: bool = False
    removals: tuple[Scalar, ...] = ()
    additions: tuple[Addition, ...] = ()
    placings: tuple[Placing, ...] = ()
    touched: Touches = field(default_factory=dict)
    folder: str = ""

    @property
    def file(self) -> str:
        return self.span.file

    @property
    def is_in_module(self) -> bool:
        return "/" in self.layer

    @property
    def home(self) -> Home:
        return Home(self.kind, self.name)

    def place(self, path: KeyPath) -> str:
        """The file and line where the value at a path stands, or else its nearest ancestor."""
        span = span_at(self.root, path)
        return f"{span.file}:{span.line}"


def home_of(path: PurePosixPath) -> Home | None:
    """What the file at a path (relative to the project) must define, None if Relasi reads no such file."""
    for kind, folder in FOLDERS.items():
        if path.is_relative_to(folder):
            return Home(kind, path.stem)
    for kind, file in SINGLE_FILES.items():
        if path.with_suffix(".yaml") == PurePosixPath(file):
            return Home(kind, kind)
        if kind in SHARED and path.parent == PurePosixPath(file).with_suffix(""):
            return Home(kind, kind)
    return None


def folder_of(path: PurePosixPath, home: Home) -> str:
    """The folder right below that of the kind, "" for none; in that of a collection, the file's name."""
    if home.kind in FOLDERS:
        below = path.relative_to(FOLDERS[home.kind]).parts
        return below[0] if len(below) > 1 else ""
    return "" if path.with_suffix(".yaml") == PurePosixPath(SINGLE_FILES[home.kind]) else path.stem


def identify(node: Node, home: Home, layer: str, diagnostics: Diagnostics) -> Document | None:
    """The document that a file's content makes; None, with diagnostics, if its place asks for another."""
    if not isinstance(node, Mapping) or not node.entries:
        message = f'this file holds no keys; it begins with "{home.opening}"'
        diagnostics.error("not-a-map", message, node.span)
        return None
    head = next(iter(node.entries.values()))
    if head.key.text == EXTEND:
        return _overlay(node, head, home, layer, diagnostics)
    if head.key.text != home.kind:
        _refuse_head(node, head, home, diagnostics)
        return None
    if home.kind in COLLECTIONS:
        return _collection(node, head, home, layer, diagnostics)
    if home.kind in FOLDERS and not _is_named(head, home, diagnostics):
        return None
    return Document(home.kind, home.name, node, layer, head.key.span)


def _refuse_head(node: Mapping, head: Entry, home: Home, diagnostics: Diagnostics) -> None:
    word = head.key.text
    ways_out = []
    if home.kind in node.entries:
        ways_out.append(f'move the line "{home.kind}:" to the top')
    if word in FOLDERS or word in SINGLE_FILES:
        ways_out.append(f'move the file: what begins with "{word}" belongs in {Home(word, word).place}')
    near = nearest(word, [home.kind, EXTEND])
    if not ways_out and not near:
        ways_out.append(f'put "{home.opening}" above it, or "{EXTEND}: {home.name}" to change what is there')
    diagnostics.error(
        "wrong-head",
        f'what stands in {home.place} begins with "{home.opening}", not with "{word}"',
        head.key.span,
        help=", or ".join(ways_out),
        suggestion=near,
    )


def _is_named(head: Entry, home: Home, diagnostics: Diagnostics) -> bool:
    """Whether the head repeats the name of the file."""
    if isinstance(head.value, Scalar) and head.value.value == home.name:
        return True
    name = head.value.text if isinstance(head.value, Scalar) else ""
    written = f'"{name}"' if name else "no name"
    if " " in home.name and name:
        way_out = f"rename the file to {name}.yaml"
    else:
        way_out = f'write "{head.key.text}: {home.name}", or rename the file'
    diagnostics.error(
        "wrong-name",
        f'the name of this file is "{home.name}", but its first line says {written}',
        head.value.span,
        help=way_out,
    )
    return False


def _collection(
    node: Mapping, head: Entry, home: Home, layer: str, diagnostics: Diagnostics
) -> Document | None:
    for entry in list(node.entries.values())[1:]:
        message = f'only "{home.kind}" may stand at the left margin of {home.place}'
        diagnostics.error("outdented-key", message, entry.key.span, help=f'indent "{entry.key.text}"')
    if len(node.entries) > 1:
        return None
    if isinstance(head.value, Mapping):
        return Document(home.kind, home.name, head.value, layer, head.key.span)
    if isinstance(head.value, Scalar) and head.value.value is None:
        return Document(home.kind, home.name, Mapping({}, head.value.span), layer, head.key.span)
    message = f'"{home.kind}" holds a map of names with what they mean'
    diagnostics.error("not-a-map", message, head.value.span)
    return None


def _overlay(node: Mapping, head: Entry, home: Home, layer: str, diagnostics: Diagnostics) -> Document | None:
    if not _is_named(head, home, diagnostics):
        return None
    return Document(
        home.kind,
        home.name,
        Mapping({key: each for key, each in node.entries.items() if key not in INSTRUCTIONS}, node.span),
        layer,
        head.key.span,
        is_overlay=True,
        removals=removals_of(node.entries.get(REMOVE), diagnostics),
        additions=additions_of(node.entries.get(ADD), diagnostics),
        placings=placings_of(node.entries.get(PLACE), diagnostics),
    )
