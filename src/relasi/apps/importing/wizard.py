"""How far somebody has come on the way to an import, and what they have said up to there."""

from __future__ import annotations

import weakref
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from threading import Lock

from relasi.apps.importing.assignment import Assignment
from relasi.apps.importing.fields import left_out, samples, targets
from relasi.apps.importing.findings import Findings
from relasi.apps.importing.routes import Arrived
from relasi.apps.importing.trying import Trial
from relasi.apps.importing.words import told
from relasi.apps.visitor import Visitor
from relasi.errors import ImportRefused
from relasi.importing.jobs import remembered
from relasi.importing.matching import suggested
from relasi.importing.notation import notation_of
from relasi.importing.prepare import prepare
from relasi.importing.preview import Previewed
from relasi.importing.run import Import
from relasi.importing.tables import FileOptions, Row, Table
from relasi.importing.words import meant, unknown_words
from relasi.records import Actor, Source
from relasi.schema.fields.base import Kind
from relasi.schema.model import Entity
from relasi.store.imports import ImportJob
from relasi.texts import LANGUAGES, say

_GUESSED = 100
"""Unknown words of a column of which it is guessed what they mean."""
_UNDECIDED = {"encoding_undecided", "encoding_wrong", "zero_bytes"}


def _reasons() -> set[str]:
    """What the column is called that stands behind refused rows; it fills no field."""
    return {say(language, "importing.reason") for language in LANGUAGES}


class Stage(Enum):
    COLUMNS = "columns"
    PREVIEW = "preview"
    IMPORT = "import"


@dataclass
class Look:
    """What has been seen of the rows: the first of them as they will be, with what `findings` tell of these.
    `trial` tries all, where there are more."""

    rows: Sequence[Previewed]
    total: int
    findings: Findings
    trial: Trial | None = None

    @property
    def known(self) -> Findings:
        """What is known of most rows."""
        return self.trial.findings if self.trial and self.trial.done else self.findings

    @property
    def tried(self) -> int:
        """How many of all rows."""
        return self.trial.done if self.trial and self.trial.done else len(self.rows)


@dataclass
class Wizard:
    """`table` is None where the file cannot be read as the options say, for the reason in `refusal`.

    `findings` tell of the rows of this import, as far as it ran here, and of those that were refused before
    it went on here; `broken` says why it broke off. `rows` are those that were shown, by their lines.
    """

    entity: Entity
    file: Arrived
    stage: Stage = Stage.COLUMNS
    options: FileOptions = field(default_factory=FileOptions)
    table: Table | None = None
    refusal: ImportRefused | None = None
    samples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    assignment: Assignment = field(default_factory=Assignment)
    is_remembered: bool = False
    leaves_alike: bool = True
    wanted: Import | None = None
    look: Look | None = None
    is_running: bool = False
    again: bool = False
    broken: str = ""
    findings: Findings = field(default_factory=Findings)
    words: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    """By column and field: the words that the field does not know, with how often they stand there."""
    left_out: tuple[str, ...] = ()
    """Columns that are called like fields which the visitor does not fill from a file."""
    rows: dict[int, Row] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)
    """Whoever runs the import holds it: Streamlit runs the page anew while an earlier run still ends."""

    def read(self, visitor: Visitor, options: FileOptions) -> None:
        """Opens the file, and chooses fields as the last time, or by what the columns are called."""
        self.options, self.table, self.refusal = options, None, None
        self.rows, self.words = {}, {}
        try:
            table = self.file.table(options)
            self.samples, notation = samples(table), notation_of(table)
        except ImportRefused as refusal:
            self.refusal = refusal
            return
        self.table = table
        columns = [name for name in table.columns if name not in _reasons()]
        before = remembered(visitor.crm.records, visitor.actor, self.entity.name, columns)
        self.is_remembered = before is not None
        self.assignment = Assignment.of(before or suggested(self.entity, table.columns))
        self.assignment.keep(targets(visitor, self.entity), self.columns)
        if before is None:
            self.assignment.say("locale", notation)
        self.left_out = left_out(visitor, self.entity, self.columns)

    def find_words(self, visitor: Visitor) -> None:
        """Looks through the file for words that fields of choices do not know, and fills in what they may
        mean. Raises ImportRefused."""
        chosen = {
            column: self.entity.fields[target].type
            for column, target in self.assignment.targets.items()
            if target in self.entity.fields
            and self.entity.fields[target].type.choices()
            and (column, target) not in self.words
        }
        if not chosen or self.table is None:
            return
        for column, found in unknown_words(self.table, chosen, visitor.reading).items():
            target = self.assignment.targets[column]
            self.words[column, target] = found
            for word, _ in found.most_common(_GUESSED):
                if word not in self.assignment.meanings(target):
                    self.say_meaning(target, word, meant(chosen[column], word))

    def say_meaning(self, target: str, word: str, option: str | None) -> None:
        """None: nobody knows what it means, and its rows are refused; "": nothing."""
        is_many = self.entity.fields[target].type.storage().kind is Kind.TEXT_LIST
        value = None if not option else [option] if is_many else option
        rest = {known: each for known, each in self.assignment.meanings(target).items() if known != word}
        said = rest if option is None else {**rest, word: value}
        self.assignment.detail(target, "values", said or None)

    @property
    def columns(self) -> tuple[str, ...]:
        """Those that have a name."""
        return tuple(name for name in self.table.columns if name) if self.table else ()

    @property
    def asks_encoding(self) -> bool:
        """Whether the file might be read in another encoding."""
        is_guessed = self.table is not None and "guessed" in self.table.format
        return self.options.encoding is not None or is_guessed or self._is_undecided

    @property
    def _is_undecided(self) -> bool:
        return self.refusal is not None and self.refusal.code in _UNDECIDED

    def why(self, visitor: Visitor) -> str:
        """Why the file cannot be read."""
        if self._is_undecided and self.options.encoding is None:
            return told(visitor, "encoding_undecided")
        return self.refusal.text(visitor.language) if self.refusal else ""

    def read_as(self, visitor: Visitor, encoding: str | None) -> None:
        self.read(visitor, replace(self.options, encoding=encoding))

    def prepare(self, visitor: Visitor) -> Import:
        """The import of what was chosen. Raises ImportRefused."""
        map_ = self.assignment.map()
        for name, value in (("encoding", self.options.encoding), ("sheet", self.options.sheet)):
            map_.pop(name, None)
            if value is not None:
                map_[name] = value
        made, diagnostics = prepare(visitor.crm.model, self.entity, self.file.path, mapping=map_)
        if made is None:
            raise ImportRefused("map_wrong", reason="; ".join(each.message for each in diagnostics))
        self.wanted = made
        return made

    def actor(self, visitor: Visitor) -> Actor:
        """The visitor, who imports."""
        actor = visitor.crm.actor(visitor.user, Source.IMPORT)
        return replace(actor, asks=self.leaves_alike)

    def job(self, visitor: Visitor) -> ImportJob | None:
        """What is known of this very import, from now or from earlier."""
        if self.wanted is None:
            return None
        with visitor.crm.store.session(write=False) as session:
            return session.imports.get(self.wanted.key)

    def begin(self, *, again: bool = False) -> None:
        """Starts the import, or goes on with it where it broke off; `again` does all of it once more."""
        self.forget_look()
        if again:
            self.findings = Findings()
        self.stage, self.is_running, self.again, self.broken = Stage.IMPORT, True, again, ""

    def stop(self) -> None:
        self.is_running = False

    def forget_look(self) -> None:
        """Nobody wants to know any more what would become of the rows."""
        if self.look is not None and self.look.trial is not None:
            self.look.trial.stop()
        self.look = None

    def look_at(self, look: Look) -> None:
        """All rows are tried only as long as somebody is on this way."""
        self.look = look
        if look.trial is not None:
            weakref.finalize(self, look.trial.stop)
