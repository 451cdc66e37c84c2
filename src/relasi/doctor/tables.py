"""What the doctor asks NocoDB: whether it lets us in, what it lacks, what people changed there, what waits."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from relasi.doctor.finding import Finding, Weight
from relasi.errors import PlatformError, Refused
from relasi.nocodb.base import Survey
from relasi.nocodb.difference import ByHand, Note
from relasi.nocodb.opening import opened_base
from relasi.nocodb.transport import Patience
from relasi.nocodb.wanted import wanted_tables
from relasi.runtime import Crm

_AREA = "nocodb"
_QUICK = Patience(pauses=(0.5,), connect=3.0, answer=20.0)
_WHY = "People there work with what was last agreed on until it is solved. Nothing is lost."


def base(crm: Crm) -> Iterator[Finding]:
    if crm.model.platform.nocodb is None:
        return
    try:
        named = {"clock": crm.clock, "new_id": crm.new_id, "patience": _QUICK}
        with opened_base(crm.model, crm.database, crm.root, **named) as found:
            survey = found.survey()
    except (PlatformError, Refused) as error:
        help = "Solve this and run relasi doctor again; what waits is sent by itself."
        yield Finding(_AREA, str(error), _WHY, help)
        return
    if due := sum(not isinstance(each, Note) for each in survey.steps):
        what = f"The base lacks what the project asks for: {due} step(s)."
        yield Finding(_AREA, what, _WHY, "relasi plan shows them, relasi apply takes them.")
    yield from _by_hand(crm, survey)


def waiting(crm: Crm) -> Iterator[Finding]:
    """Changes that NocoDB has not had yet, and those that it does not take."""
    if crm.model.platform.nocodb is None or crm.model.platform.nocodb.grid is not None:
        return
    with crm.store.session(write=False) as session:
        count, since = session.mirrors.waiting()
        refused = session.mirrors.refused(3)
    if refused:
        names = ", ".join(f"{each.entity} {each.record_id}" for each in refused)
        why = "; ".join(dict.fromkeys((each.problem or {}).get("en", "") for each in refused))
        yield Finding(_AREA, f"NocoDB does not take some records: {names}.", why, "Change what it names.")
    elif count and since is not None:
        local = since.astimezone(crm.model.settings.zone)
        what = f"{count} change(s) have waited for NocoDB since {local:%Y-%m-%d %H:%M}."
        help = "See that relasi run or relasi worker runs and that NocoDB answers."
        yield Finding(_AREA, what, "People there do not see them yet.", help, weight=Weight.ADVICE)


def _by_hand(crm: Crm, survey: Survey) -> Iterator[Finding]:
    for each in survey.by_hand:
        match each:
            case ByHand("renamed", place, title, was):
                what = f"Somebody renamed {was} to {title} in NocoDB."
                why = "It is found all the same; the project still calls it as before."
                patch = _called(crm, place, title)
                help = "Leave it, or take it into the project."
                yield Finding(_AREA, what, why, help, weight=Weight.ADVICE, patch=patch)
            case ByHand("removed", _, title):
                what = f"Somebody removed {title} from NocoDB."
                help = "relasi apply makes it again and fills it."
                yield Finding(_AREA, what, "The values are all here; people there miss them.", help)
            case ByHand("added", place, title):
                what = f"{title} in {place} was made in NocoDB."
                why = "Relasi leaves it alone and knows nothing of its values."
                help = "Leave it, or add a field to the project and move the values."
                yield Finding(_AREA, what, why, help, weight=Weight.ADVICE)


def _called(crm: Crm, place: str, title: str) -> str | None:
    """The YAML by which the project calls it so, too."""
    language = crm.model.settings.languages[0]
    entity, dot, name = place.partition(".")
    table = wanted_tables(crm.model).get(entity)
    if table is None:
        return None
    if not dot:
        return _yaml({"extend": entity, "plural": {language: title}})
    column = table.column(name)
    if column is None or column.field is None or crm.model.entities[entity].fields[column.field].system:
        return None
    return _yaml({"extend": entity, "fields": {column.field: {"label": {language: title}}}})


def _yaml(patch: object) -> str:
    return yaml.safe_dump(patch, sort_keys=False, allow_unicode=True)
