"""The part of `relasi plan` and `relasi apply` that is done in NocoDB, after the database's own."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from relasi.cli.terminal import StopError
from relasi.deploy.views import Line
from relasi.errors import PlatformError, Refused
from relasi.nocodb.base import Base, Survey
from relasi.nocodb.opening import opened_base
from relasi.nocodb.told import lines, to_json
from relasi.runtime import Crm
from relasi.texts import FALLBACK, say


def survey_of(crm: Crm) -> Survey | Line | None:
    """What is to be done there, or why nobody knows; None for a project without a NocoDB."""
    try:
        with _base_of(crm) as base:
            return base.survey() if base else None
    except (PlatformError, Refused) as error:
        return Line("?", f"NocoDB  {say(FALLBACK, 'nocodb.absent', why=str(error))}")


def told(found: Survey | Line | None) -> list[Line]:
    if isinstance(found, Survey):
        return lines(found)
    return [found] if found else []


def as_data(found: Survey | Line | None) -> dict[str, Any]:  # Any: JSON
    """What a plan says of it; nothing for a project without a NocoDB."""
    if isinstance(found, Survey):
        return {"nocodb": to_json(found)}
    return {"nocodb": {"problem": found.text}} if found else {}


def make_base(crm: Crm) -> Survey | None:
    """Takes the steps. Raises StopError where NocoDB cannot; what was done is not done again the next
    time."""
    try:
        with _base_of(crm) as base:
            return base.make() if base else None
    except (PlatformError, Refused) as error:
        raise StopError(
            f"The database is up to date, NocoDB is not yet: {error} Then run relasi apply again;"
            " it goes on where it stopped."
        ) from error


def _base_of(crm: Crm) -> AbstractContextManager[Base | None]:
    if crm.model.platform.nocodb is None:
        return nullcontext()
    return opened_base(crm.model, crm.database, crm.root, clock=crm.clock, new_id=crm.new_id)
