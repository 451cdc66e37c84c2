"""`relasi copy`: all data of a project from one of its platforms to another."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

from relasi.cli import terminal
from relasi.cli.backup import place_of, settled
from relasi.cli.project import compiled
from relasi.cli.terminal import USED_WRONGLY, StopError, confirm, counting, say
from relasi.diagnostics import nearest
from relasi.runtime import open_model
from relasi.schema.model import Model
from relasi.transfer.copy import Copied
from relasi.transfer.copy import copy as copy_all

_FOLDER = "data"


def copy(root: Path, source: str, target: str, *, yes: bool, as_json: bool) -> None:
    model, _ = compiled(root)
    if source == target:
        raise StopError("--from and --to name the same platform. Nothing was copied.", USED_WRONGLY)
    models = [_on(model, name) for name in (source, target)]
    confirm(f"Copy all data from {source} to {target}?", yes=yes)
    between = root / _FOLDER / f"{source}-to-{target}.copy"
    between.parent.mkdir(exist_ok=True)
    with (
        closing(open_model(root, models[0])) as old,
        closing(open_model(root, models[1])) as new,
        counting("rows") as progress,
    ):
        copied = copy_all(place_of(old), place_of(new), between, progress)
        due = settled(new)
    if as_json:
        terminal.as_json({"from": source, "to": target, "changes_due": due, **asdict(copied)})
        return
    _tell(copied, source, target)
    if model.platform.name != target:
        then = ", then run relasi apply" if due else ""
        say(f"Write platform: {target} in config/crm.yaml to work with it{then}.")


def _on(model: Model, name: str) -> Model:
    """The Model on one of the project's platforms."""
    if name not in model.platforms:
        near = nearest(name, model.platforms)
        hint = f"Is {near} meant?" if near else f"There are: {', '.join(model.platforms)}."
        raise StopError(f"There is no platform {name}. {hint}", USED_WRONGLY)
    return replace(model, platform=model.platforms[name])


def _tell(copied: Copied, source: str, target: str) -> None:
    rows = sum(each.rows for each in copied.sums.values())
    carried = f"{rows:,} rows of {len(copied.sums)} tables and {copied.files.count:,} attached file(s)"
    say(("Done. ", "green"), f"{carried} are on {target}.")
    say(f"Every table has the same count and the same checksum as on {source}.")
    if copied.files.missing:
        say((f"{len(copied.files.missing)} attached file(s) were not to be found on {source}.", "yellow"))
    if copied.foreign:
        say(("Left out, since Relasi has not made it: ", "yellow"), ", ".join(copied.foreign))
    if copied.late:
        late = f"{copied.late:,} change(s) were made on {source} meanwhile and are not on {target}."
        say((late, "bold red"))
        say("Stop the servers and workers, empty the target, and copy again.")
