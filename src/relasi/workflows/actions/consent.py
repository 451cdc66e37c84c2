"""`consent`: notes that somebody agreed to be written to for a purpose, or wants it no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import Field

from relasi.schema.compiler.rule.steps import StepDraft, StepSpec
from relasi.schema.expressions import Expression, Template
from relasi.schema.expressions.types import Text
from relasi.schema.model import StepCondition, expressions_of
from relasi.schema.model.mail import Channel
from relasi.schema.spec.base import Condition, Spec
from relasi.workflows.actions.base import Action, Running, Said
from relasi.workflows.actions.email import accepted


class ConsentSpec(Spec):
    of: str = Field(description="the e-mail address by which the person is known")
    purpose: str = Field(description="what it is about, one of `purposes` in crm.yaml")
    given: Condition = Field(description="whether the person agrees; wants it no more where this is false")
    wording: str = Field(min_length=1, description="what the person was told, or said, with {holes}")
    source: str | None = Field(
        None,
        description="where the word came from, with {holes}: by telephone, at a fair; the rule if absent",
    )
    channel: Channel | None = Field(None, description="the only way that it is about; every way if absent")
    proof: str | None = Field(
        None, description="where it can be looked up, with {holes}; the record of the rule if absent"
    )


class ConsentStep(StepSpec):
    consent: ConsentSpec = Field(
        description="notes that somebody agrees to be written to for a purpose, or wants it no more"
    )

    def compile(self, at: StepDraft) -> NoteConsent | None:
        spec, purposes = self.consent, at.draft.purposes
        purpose = at.page.pick(
            (*at.path, "consent", "purpose"), "unknown-purpose", "purpose", spec.purpose, purposes
        )
        of = at.expression("consent", "of", text=spec.of, type=Text())
        given = at.condition("consent", "given", text=spec.given)
        wording = at.template("consent", "wording", text=spec.wording)
        source = at.template("consent", "source", text=spec.source) if spec.source else None
        proof = at.template("consent", "proof", text=spec.proof) if spec.proof else None
        if not (purpose and of and given and wording):
            return None
        return NoteConsent(
            at.name,
            at.entity.name,
            of,
            spec.purpose,
            given,
            wording,
            source,
            proof=proof,
            channel=spec.channel,
        )


@dataclass(frozen=True, slots=True)
class NoteConsent(Action):
    """Nothing is noted where there is no address."""

    of: Expression
    purpose: str
    given: Expression
    wording: Template
    source: Template | None
    proof: Template | None = None
    channel: Channel | None = None

    def run(self, running: Running) -> Said:
        from relasi.records.titles import kept
        from relasi.store.consents import Consent

        work, situation, write = running.work, running.situation(), kept(running.work)
        address, given = accepted(self.of.evaluate(situation)), bool(self.given.evaluate(situation))
        if address is not None:
            source = self.source.render(situation, write) if self.source else ""
            entry = Consent(
                id=work.ground.new_id(),
                address=address,
                purpose=self.purpose,
                given=given,
                at=work.now,
                source=source or f"rule {running.workflow.name}",
                wording=self.wording.render(situation, write),
                user_id=work.actor.user_id,
                channel=self.channel,
                proof=self.proof.render(situation, write) if self.proof else running.record_id or None,
            )
            work.store.consents.add(entry)
        return {
            "step": "consent",
            "path": self.path,
            "purpose": self.purpose,
            "given": None if address is None else given,
        }

    def expressions(self) -> Iterator[Expression]:
        yield from expressions_of([self.of, self.given, self.wording, self.source, self.proof])

    def conditions(self) -> Iterator[StepCondition]:
        yield StepCondition(("consent", "given"), self.given, "nobody is ever noted to agree")
