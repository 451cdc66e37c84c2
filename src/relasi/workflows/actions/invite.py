"""`invite`: gives a person outside an account with certain roles, and sends a link to set a password."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import Field

from relasi.errors import WorkflowError
from relasi.schema.compiler.rule.steps import StepDraft, StepSpec
from relasi.schema.expressions import Expression, Template
from relasi.schema.expressions.types import Choice, Text, User, type_name
from relasi.schema.model import Writing, expressions_of
from relasi.schema.spec.base import Spec
from relasi.workflows.actions.base import Action, Running, Said
from relasi.workflows.actions.email import accepted


class InviteSpec(Spec):
    email: str = Field(description="the address: where the link goes, and the name to sign in with")
    full_name: str = Field(min_length=1, description="the person's name, with {holes}")
    roles: list[str] = Field(min_length=1, description="what the person may do; never an administrator's")
    into: str = Field(description="the user field of the record that gets the person; a filled one stays")
    language: str | None = Field(
        None, description="what the person reads, such as a choice of the record; the first one if absent"
    )


class InviteStep(StepSpec):
    invite: InviteSpec = Field(description="gives a person outside an account, and sends a link to enter it")

    def compile(self, at: StepDraft) -> Invite | None:
        spec = self.invite
        email = at.expression("invite", "email", text=spec.email, type=Text())
        full_name = at.template("invite", "full_name", text=spec.full_name)
        for index, role in enumerate(spec.roles):
            at.page.pick((*at.path, "invite", "roles", index), "unknown-role", "role", role, at.draft.roles)
            if role in at.draft.administrators:
                message, help = f"a rule makes nobody {role}", "people with all rights are invited by people"
                at.wrong("invite", "roles", index, code="invites-administrator", message=message, help=help)
        into = at.field("invite", "into", name=spec.into)
        if into and not isinstance(into.expression_type(), User):
            message, help = f'"{spec.into}" does not hold a user', "name a field of type user"
            at.wrong("invite", "into", code="not-a-user", message=message, help=help)
        language = at.expression("invite", "language", text=spec.language) if spec.language else None
        if language and not isinstance(language.type, Text | Choice):
            message = f"a language is en or id, not {type_name(language.type)}"
            help = "name a choice of the record that holds one of the two"
            at.wrong("invite", "language", code="not-a-language", message=message, help=help)
        if not (email and full_name):
            return None
        roles = tuple(sorted(set(spec.roles)))
        return Invite(at.name, at.entity.name, email, full_name, roles, spec.into, language)


@dataclass(frozen=True, slots=True)
class Invite(Action):
    """Nobody is invited where there is no address, or the field holds somebody."""

    email: Expression
    full_name: Template
    roles: tuple[str, ...]
    into: str
    language: Expression | None

    def run(self, running: Running) -> Said:
        record = running.record()
        address = accepted(self.email.evaluate(running.situation()))
        user_id = None
        if address is not None and record[self.into] is None:
            user_id = self._invited(running, address)
            running.work.update(self.entity, record["id"], record["version"], {self.into: user_id})
        return {"step": "invite", "path": self.path, "user": user_id, "roles": list(self.roles)}

    def _invited(self, running: Running, address: str) -> str:
        """The id of the account of that name. One with other roles is somebody else's business."""
        from relasi.accounts.history import Author, History
        from relasi.messages.inviting import Inviting
        from relasi.records.titles import kept
        from relasi.store.invitations import Occasion
        from relasi.store.users import User

        work = running.work
        user = work.store.users.by_name(address)
        if user is not None and (user.roles != self.roles or not user.active):
            raise WorkflowError("account_exists", name=address)
        if user is None:
            name = self.full_name.render(running.situation(), kept(work))
            user = User(work.ground.new_id(), address, name, address, self.roles, self._language(running))
            work.store.users.add(user)
            author = Author(None, "rule", work.actor.user_id, work.actor.rule, work.actor.rule_version)
            History(lambda: work.now, work.ground.new_id, author).made(work.store, user)
            origin = (running.entity, running.record_id, running.workflow.name)
            Inviting(work.ground.model, work.store, work.now, work.ground.new_id, *origin).invite(
                user, Occasion.WELCOME
            )
        return user.id

    def _language(self, running: Running) -> str:
        known = running.work.ground.model.settings.languages
        wanted = self.language.evaluate(running.situation()) if self.language else None
        return str(wanted) if wanted in known else known[0]

    def expressions(self) -> Iterator[Expression]:
        yield from expressions_of([self.email, self.full_name, self.language])

    def accounts(self) -> Iterator[str]:
        yield self.into

    def writes(self) -> Iterator[Writing]:
        yield Writing(self.entity, {self.into: None})
