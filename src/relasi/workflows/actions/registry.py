"""The kinds of steps, by the key that tells them."""

from __future__ import annotations

from collections.abc import Mapping

from relasi.schema.compiler.rule.steps import StepSpec
from relasi.workflows.actions.approve import ApproveStep
from relasi.workflows.actions.assign import AssignStep
from relasi.workflows.actions.branch import IfStep
from relasi.workflows.actions.call import CallStep
from relasi.workflows.actions.consent import ConsentStep
from relasi.workflows.actions.create import CreateStep
from relasi.workflows.actions.email import EmailStep
from relasi.workflows.actions.for_each import ForEachStep
from relasi.workflows.actions.invite import InviteStep
from relasi.workflows.actions.letter import LetterStep
from relasi.workflows.actions.link import LinkStep
from relasi.workflows.actions.move import MoveStep
from relasi.workflows.actions.notify import NotifyStep
from relasi.workflows.actions.rank import RankStep
from relasi.workflows.actions.set_fields import SetStep
from relasi.workflows.actions.stop import StopStep
from relasi.workflows.actions.update import UpdateStep
from relasi.workflows.actions.wait import WaitStep
from relasi.workflows.actions.webhook import WebhookStep

ACTIONS: Mapping[str, type[StepSpec]] = {
    "if": IfStep,
    "for each": ForEachStep,
    "wait": WaitStep,
    "call": CallStep,
    "stop": StopStep,
    "approve": ApproveStep,
    "assign": AssignStep,
    "rank": RankStep,
    "create": CreateStep,
    "update": UpdateStep,
    "notify": NotifyStep,
    "email": EmailStep,
    "letter": LetterStep,
    "consent": ConsentStep,
    "invite": InviteStep,
    "webhook": WebhookStep,
    "link": LinkStep,
    "move": MoveStep,
    "set": SetStep,
}
"""A step is known by the first of these keys that it has: `set` is also a key of others, and comes last."""
