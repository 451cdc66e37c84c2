"""What was done with an account, in words for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from relasi.schema.labels import text
from relasi.schema.model import Model
from relasi.store.audit import BLANK, Change
from relasi.texts import say


@dataclass(frozen=True, slots=True)
class Telling:
    """`people` are the full names of users by their ids."""

    model: Model
    language: str
    people: Mapping[str, str]

    def deeds(self, change: Change) -> list[str]:
        """What an entry says, a sentence for each thing that was done."""
        if BLANK in change.fields.values():
            return [self._say("done_erased")]
        if change.kind == "created":
            roles = self._shown("roles", change.fields.get("roles", BLANK)[1])
            return [self._say("done_made", roles=roles)]
        return [self._deed(name, *pair) for name, pair in change.fields.items()]

    def author(self, change: Change) -> str:
        """Who did it."""
        if change.rule is not None:
            known = self.model.workflows.get(change.rule)
            return text(known.label, self.language) if known else change.rule
        if change.user_id is None:
            return self._say("done_by_nobody")
        return self.people.get(change.user_id, change.user_id)

    def _deed(self, name: str, old: Any, new: Any) -> str:  # Any: JSON
        word = _WORDS.get((name, new is not None and new is not False))
        if word is None:
            return self._say(
                "done_changed",
                what=self._say(f"done_field_{name}"),
                old=self._shown(name, old),
                new=self._shown(name, new),
            )
        told = old if new is None else new
        details = told if isinstance(told, dict) else {}
        return self._say(word, **{key: self._shown(key, value) for key, value in details.items()})

    def _shown(self, name: str, value: Any) -> str:  # Any: JSON
        held = value if isinstance(value, list) else [value] if value else []
        return ", ".join(self._called(name, each) for each in held) or "–"

    def _called(self, name: str, word: str) -> str:
        model = self.model
        if name == "roles" and word in model.roles:
            return text(model.roles[word].label, self.language)
        if name == "team" and word in model.teams:
            return text(model.teams[word].label, self.language)
        return self.people.get(word, word)

    def _say(self, key: str, **params: object) -> str:
        return say(self.language, f"accounts.{key}", **params)


_WORDS = {
    ("active", True): "done_enabled",
    ("active", False): "done_disabled",
    ("password", True): "done_password",
    ("invitation", True): "done_invited",
    ("recovery_codes", True): "done_codes",
    ("second_factor", True): "done_factor",
    ("second_factor", False): "done_factor_dropped",
    ("sessions", False): "done_signed_out",
    ("provider", True): "done_linked",
    ("provider", False): "done_unlinked",
    ("api_key", True): "done_key_made",
    ("api_key", False): "done_key_revoked",
    ("absence", True): "done_absence",
    ("absence", False): "done_absence_ended",
}
"""By what it is about, and whether it is there now. Everything else is told as what was before and is now."""
