"""NocoDB, where a platform has one: whether it answers, what it lacks, what people did there."""

from __future__ import annotations

from collections.abc import Iterator

from relasi.doctor.finding import Finding, Weight, as_yaml
from relasi.errors import PlatformError, Refused
from relasi.nocodb.base import Survey
from relasi.nocodb.difference import ByHand
from relasi.nocodb.opening import opened_base
from relasi.nocodb.transport import Patience
from relasi.runtime import Crm
from relasi.texts import FALLBACK, say

_AREA = "nocodb"
_PATIENCE = Patience(pauses=())
"""A doctor says what is the case now."""


def look(crm: Crm) -> Iterator[Finding]:
    if crm.model.platform.nocodb is None:
        return
    try:
        with opened_base(
            crm.model, crm.database, crm.root, clock=crm.clock, new_id=crm.new_id, patience=_PATIENCE
        ) as base:
            survey = base.survey()
    except (PlatformError, Refused) as error:
        yield Finding(
            _AREA,
            str(error),
            "People go on working in Relasi; what they change reaches NocoDB when it is back.",
            "Look whether NocoDB runs, and at nocodb: in config/platforms/ for how it is reached.",
        )
        return
    yield from found(survey)


def waiting(crm: Crm) -> Iterator[Finding]:
    """Changes that NocoDB has not had yet, and those that it does not take."""
    nocodb = crm.model.platform.nocodb
    if nocodb is None or nocodb.grid is not None:
        return
    with crm.store.session(write=False) as session:
        count, since = session.mirrors.waiting()
        refused = session.mirrors.refused(3)
    if refused:
        names = ", ".join(f"{each.entity} {each.record_id}" for each in refused)
        why = " ".join(dict.fromkeys((each.problem or {}).get(FALLBACK, "") for each in refused))
        yield Finding(_AREA, f"NocoDB does not take some records: {names}.", why, "Change what it names.")
    elif count and since is not None:
        local = since.astimezone(crm.model.settings.zone)
        what = f"{count} change(s) have waited for NocoDB since {local:%Y-%m-%d %H:%M}."
        help = "Look whether relasi run or relasi worker runs, and whether NocoDB answers."
        yield Finding(_AREA, what, "People there do not see them yet.", help, weight=Weight.ADVICE)


def found(survey: Survey) -> Iterator[Finding]:
    for each in survey.by_hand:
        yield _by_hand(each)
    if survey.steps:
        yield Finding(
            _AREA,
            f"{len(survey.steps)} change(s) are due in NocoDB.",
            "People there do not see all that the project describes.",
            "relasi plan shows them, relasi apply makes them.",
        )


def _by_hand(each: ByHand) -> Finding:
    what = say(FALLBACK, f"nocodb.{each.kind}", title=each.title, was=each.was, place=each.place)
    entity, _, field = each.place.partition(".")
    if each.kind == "removed":
        return Finding(_AREA, f"{what}.", "People there do not see these values.", "Run relasi apply.")
    if each.kind == "renamed" and field:
        patch = as_yaml({"entity": entity, "fields": {field: {"label": each.title}}})
        why = "In NocoDB and in Relasi the same has two names."
        help = f"Take this into schema/{entity}.yaml, or rename it back."
        return Finding(_AREA, f"{what}.", why, help, weight=Weight.ADVICE, patch=patch)
    why = "Relasi neither shows nor copies it." if each.kind == "added" else "It has another name in Relasi."
    return Finding(_AREA, f"{what}.", why, "Nothing, if that is meant.", weight=Weight.ADVICE)
