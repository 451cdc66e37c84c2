"""Where tests take place: for each a copy of one empty database, a clock that goes when it is told to, and
ids that count. The database of the project is never opened."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from relasi.config.documents import Document
from relasi.deploy import Stamp, apply, make_plan
from relasi.errors import Refused
from relasi.platform.sql.database import Database
from relasi.runtime import Crm, now, open_model
from relasi.schema.model import Model, PlatformSettings, SqliteFile
from relasi.transfer.extract import extract

_FILE = "trial.db"
_FILES = "trial.files"
_MADE = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Clock:
    """Stands still until it is set."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True)
class Stage:
    """`model` is that of the project, on a database in `folder`; `empty` is that database before any test."""

    model: Model
    folder: Path
    empty: Path
    documents: Callable[[], Sequence[Document]]

    @contextmanager
    def crm(self, at: datetime) -> Iterator[tuple[Crm, Clock]]:
        """A CRM without users and records, at that moment. What it holds is gone afterwards."""
        with TemporaryDirectory(dir=self.folder) as place:
            shutil.copyfile(self.empty, Path(place) / _FILE)
            crm, clock = _opened(Path(place), self.model, at, self.documents)
            try:
                yield crm, clock
            finally:
                crm.close()


@contextmanager
def stage_of(model: Model, documents: Callable[[], Sequence[Document]]) -> Iterator[Stage]:
    """Makes one database for the Model, of which every test gets a copy. `documents` are the Model's."""
    own = _on_its_own(model)
    with TemporaryDirectory(prefix="relasi-test-") as folder:
        root = Path(folder) / "empty"
        root.mkdir()
        crm, _ = _opened(root, own, _MADE, documents)
        plan = make_plan(own, crm.database, now=_MADE)
        apply(plan, own, crm.database, Stamp("trial", _MADE))
        crm.close()
        yield Stage(own, Path(folder), root / _FILE, documents)


@contextmanager
def copy_of(
    root: Path, model: Model, documents: Callable[[], Sequence[Document]]
) -> Iterator[tuple[Crm, Clock]]:
    """A CRM of the Model on a copy of the project's database, in the structure that the Model wants. Its
    clock stands at this moment.

    Raises PlatformError, Refused where there is nothing to copy, and PlanRefused where that structure cannot
    be had.
    """
    source, own = Database.of(model.platform, root), _on_its_own(model)
    if source.file is not None and not source.file.exists():
        raise Refused("no_database", place=str(source.file))
    with TemporaryDirectory(prefix="relasi-copy-") as folder:
        try:
            extract(source, Path(folder) / _FILE, add_up=False)
        finally:
            source.close()
        clock = Clock(now())
        crm = open_model(Path(folder), own, clock=clock, documents=documents)
        try:
            plan = make_plan(own, crm.database, now=clock.now)
            apply(plan, own, crm.database, Stamp(crm.new_id(), clock.now))
            yield crm, clock
        finally:
            crm.close()


def _on_its_own(model: Model) -> Model:
    """The Model on a file that is nobody's."""
    return replace(model, platform=PlatformSettings(model.platform.name, SqliteFile(_FILE), _FILES))


def _opened(
    root: Path, model: Model, at: datetime, documents: Callable[[], Sequence[Document]]
) -> tuple[Crm, Clock]:
    clock, ids = Clock(at), count(1)
    crm = open_model(root, model, clock=clock, new_id=lambda: f"{next(ids):08}", documents=documents)
    return crm, clock
