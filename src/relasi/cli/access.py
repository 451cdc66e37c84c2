"""`relasi explain access`: who sees a record, and which rules say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from relasi.cli import terminal
from relasi.cli.explaining import find_record, tell_condition
from relasi.cli.importing import entity_called
from relasi.cli.people import called
from relasi.cli.project import opened
from relasi.cli.terminal import say
from relasi.config.documents import Document, Home
from relasi.definitions import documents_of
from relasi.records import Source
from relasi.records.access.answers import Answer, Explanation, Keys
from relasi.runtime import engine_actor
from relasi.store.users import User


def explain_access(root: Path, words: list[str], *, as_json: bool) -> None:
    """`words` are a user, an entity and a record; without the user, it is about everybody."""
    *people, name, record = words
    with opened(root) as crm:
        entity, engine = entity_called(crm, name), engine_actor(Source.CLI)
        names = [called(crm, each).name for each in people]
        with crm.records.work(engine, write=False) as work:
            key = find_record(work, entity, record)["id"]
        found = crm.access.of(engine, name, key, names)
    places = Places(documents_of(root), name)
    if as_json:
        told = [_to_json(user, each, places) for user, each in found.items()]
        terminal.as_json({"entity": name, "record": key, "people": told})
    elif people:
        for user, each in found.items():
            _tell(user, each, places)
    else:
        _list(found, places)


class Places:
    """Where the rules of an entity stand: file and line."""

    def __init__(self, documents: Sequence[Document], entity: str) -> None:
        self._document = next((each for each in documents if each.home == Home("entity", entity)), None)

    def of(self, keys: Keys) -> str:
        """Empty where no file has it: pairs of records have the access of the records."""
        return self._document.place(keys) if self._document else ""


def _list(found: Mapping[User, Explanation], places: Places) -> None:
    seeing = {user: each for user, each in found.items() if each.may["read"]}
    rows = [
        (user.name, ", ".join(_rights(each)), ", ".join(_why(each, places))) for user, each in seeing.items()
    ]
    terminal.table(("Who", "May", "Because"), rows)
    say(f"{len(seeing)} of {len(found)} people see it.")


def _rights(explanation: Explanation) -> Iterator[str]:
    return (right for right, may in explanation.may.items() if may)


def _why(explanation: Explanation, places: Places) -> Iterator[str]:
    if explanation.everything:
        yield "everything"
    for answer in explanation.because("read"):
        behalf = " (stands in)" if answer.absent else ""
        yield f"{answer.role}{behalf} {places.of(answer.keys)}".strip()
    for share in explanation.shares:
        yield f"shared until {share.last}"


def _tell(user: User, explanation: Explanation, places: Places) -> None:
    may = ", ".join(_rights(explanation))
    say((user.name, "bold"), " may ", (may, "green") if may else ("do nothing with it", "red"), ".")
    if explanation.everything:
        say("  A role of theirs passes all access rules.")
    for share in explanation.shares:
        verb = "read and change" if share.may_update else "read"
        say(f"  It was shared with them until {share.last}, to {verb}: {share.reason}")
    for right, granted in explanation.may.items():
        answers = [each for each in explanation.answers if each.right == right]
        if answers:
            say("  ", (right, "bold"), "  ", ("yes", "green") if granted else ("no", "red"))
        for answer in answers:
            _tell_answer(answer, places)
    for field in explanation.fields:
        said = ", ".join(filter(None, map(places.of, field.rules)))
        say("  ", (field.field, "bold"), f" is {field.is_}", f"  {said}" if said else "")


def _tell_answer(answer: Answer, places: Places) -> None:
    verb = answer.effect if answer.holds else f"does not {answer.effect.removesuffix('s')}"
    behalf = f" in the place of {answer.absent}" if answer.absent else ""
    say("    ", (answer.role, "cyan"), f"{behalf} {verb} it", (f"  {places.of(answer.keys)}", "dim"))
    if answer.condition is not None:
        tell_condition(answer.condition.to_json(), 3)


def _to_json(user: User, explanation: Explanation, places: Places) -> dict[str, Any]:  # Any: JSON
    return {
        "user": user.name,
        "everything": explanation.everything,
        "may": dict(explanation.may),
        "rules": [
            {
                "right": each.right,
                "role": each.role,
                "effect": each.effect,
                "holds": each.holds,
                "place": places.of(each.keys),
                "in_place_of": each.absent,
                "condition": each.condition and each.condition.to_json(),
            }
            for each in explanation.answers
        ],
        "fields": [
            {"field": each.field, "is": each.is_, "places": [places.of(keys) for keys in each.rules]}
            for each in explanation.fields
        ],
        "shares": [
            {"until": each.last.isoformat(), "update": each.may_update, "reason": each.reason, "by": each.by}
            for each in explanation.shares
        ],
    }
