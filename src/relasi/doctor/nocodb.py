"""NocoDB, where a platform has one: whether it answers, what it lacks, what people did there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from relasi.doctor.finding import Finding, Weight, as_yaml
from relasi.errors import PlatformError, Refused
from relasi.nocodb.agreement import Agreement, Comparing, Difference
from relasi.nocodb.base import Survey
from relasi.nocodb.client import Client
from relasi.nocodb.connection import transport_of
from relasi.nocodb.difference import ByHand
from relasi.nocodb.layout import layout_of
from relasi.nocodb.meta import Meta
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
        yield _away(error)
        return
    yield from found(survey)


def has_copy(crm: Crm) -> bool:
    nocodb = crm.model.platform.nocodb
    return nocodb is not None and nocodb.grid is None


def waiting(crm: Crm) -> Iterator[Finding]:
    """Changes that NocoDB has not had yet, and those that it does not take."""
    if not has_copy(crm):
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


def compare(crm: Crm) -> tuple[tuple[Agreement, ...], list[Finding]]:
    """Each table of a copy against its records; those that are missing are told by `look`."""
    nocodb = crm.model.platform.nocodb
    assert nocodb is not None
    agreements: list[Agreement] = []
    findings: list[Finding] = []
    try:
        with closing(transport_of(nocodb, crm.root, _PATIENCE)) as transport:
            with crm.store.session(write=False) as session:
                places = session.places.all()
            layout = layout_of(crm.model, places, Meta(transport))
            if layout is None:
                return (), []
            client = Client(transport, layout.base)
            for name, sheet in layout.sheets.items():
                comparing = Comparing(crm.records, client, crm.model.entities[name], sheet)
                agreements.append(comparing.agreement())
                findings += differing(agreements[-1])
    except (PlatformError, Refused) as error:
        findings.append(_away(error))
    return tuple(agreements), findings


def differing(agreement: Agreement) -> Iterator[Finding]:
    """What the two sides of a table do not agree on, though nothing is under way."""
    if agreement.differing:
        shown = [_difference(each) for each in agreement.examples]
        more = agreement.differing - len(shown)
        yield Finding(
            _AREA,
            f"{agreement.entity}: {agreement.differing} record(s) are not the same in NocoDB.",
            "; ".join([*shown, *([f"and {more} more"] if more else [])]) + ".",
            "Let relasi worker come round: it takes over edits within half a minute, and compares all rows"
            " once a day. Then compare again.",
        )


def _away(error: PlatformError | Refused) -> Finding:
    return Finding(
        _AREA,
        str(error),
        "People go on working in Relasi; what they change reaches NocoDB when it is back.",
        "Look whether NocoDB runs, and at nocodb: in config/platforms/ for how it is reached.",
    )


def _difference(each: Difference) -> str:
    if each.record is None:
        return f"row {each.row} stands for no record"
    if each.row is None:
        return f"{each.record} has no row"
    values = ", ".join(
        f"{name} is {ours!r}, there {theirs!r}" for name, (ours, theirs) in each.fields.items()
    )
    return f"{each.record} (row {each.row}): {values}"


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
