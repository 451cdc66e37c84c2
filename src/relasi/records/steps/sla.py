"""The clocks of agreed times in the recipe: set with every write, and when time alone has changed them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from relasi.derivation import Spread
from relasi.derivation.clocks import reckoned
from relasi.platform.query import Query
from relasi.records.draft import Draft
from relasi.records.recipe import Recipe
from relasi.records.steps.derived import audited
from relasi.schema.clocks import Sla
from relasi.schema.model import Sort

if TYPE_CHECKING:
    from relasi.records.work import Work


def tick(work: Work, recipe: Recipe, drafts: Sequence[Draft]) -> None:
    """Sets the clocks of the drafts by what they say now."""
    brings_history = work.actor.brings_history
    for draft in drafts:
        situation = work.at(draft.past).situation(draft.values, draft.old)
        is_past = brings_history and draft.old is None
        draft.values |= reckoned(recipe.entity, situation, is_past=is_past)


def ripe(work: Work, entity: str, sla: Sla, limit: int) -> list[str]:
    """The ids of records whose clock time alone has changed by now, those of the earliest moment first."""
    name = sla.field("next")
    due = work.ground.condition(entity, f"{name} <= now()")
    query = Query(entity, work.asking, (due,), sort=(Sort(name),), fields=(), limit=limit)
    return [row["id"] for row in work.transaction.find(query).rows]


def ripen(work: Work, entity: str, keys: Sequence[str]) -> None:
    """Sets the clocks of records that nobody writes. As with all that is derived, versions stay, the audit
    log notes it, and rules hear of it."""
    work.linked.fetch(entity, keys)
    spread = Spread(work.linked, work.ground.graph, work.asking)
    spread.tick((entity, key) for key in keys)
    changes, events = audited(work, spread.run())
    work.store.audit.append(changes)
    work.tell(events)
