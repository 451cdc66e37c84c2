"""`webhook`: puts a signed call of another system into the outbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import urlsplit

from pydantic import Field

from relasi.schema.compiler.rule.steps import StepDraft, StepSpec
from relasi.schema.compiler.settings.mail import secret_of
from relasi.schema.expressions import Expression
from relasi.schema.fields.notation.durations import iso
from relasi.schema.model import Outgoing
from relasi.schema.secrets import Secret
from relasi.schema.spec.mail import SecretSpec
from relasi.workflows.actions.base import Action, Running, Said


class WebhookStep(StepSpec):
    needs_record: ClassVar[bool] = False

    webhook: str = Field(description="the address that is called, https://…")
    secret: SecretSpec = Field(description="what the call is signed with, as standardwebhooks.com describes")
    body: dict[str, str | int | bool] = Field(
        min_length=1, description="what is told, as JSON: name: expression"
    )

    def compile(self, at: StepDraft) -> Webhook | None:
        url = _checked(at, self.webhook)
        told = [
            (name, value)
            for name, written in self.body.items()
            if (value := at.expression("body", name, text=_source(written)))
        ]
        secret = secret_of(self.secret)
        if url is None or secret is None:
            return None
        return Webhook(at.name, at.entity.name, url, secret, tuple(told))


def _source(written: str | int | bool) -> str:
    return str(written).lower() if isinstance(written, bool) else str(written)


def _checked(at: StepDraft, written: str) -> str | None:
    from relasi.messages.calling import callable_url

    url = callable_url(written, at.draft.private_hosts)
    if url is None:
        help = "write https://…, without a password; http is for hosts under webhooks: private in crm.yaml"
        at.wrong("webhook", code="bad-value", message=f'"{written}" cannot be called', help=help)
    return url


@dataclass(frozen=True, slots=True)
class Webhook(Action):
    url: str
    secret: Secret
    told: tuple[tuple[str, Expression], ...]

    def run(self, running: Running) -> Said:
        from relasi.messages.calling import host_of
        from relasi.messages.sender import WEBHOOK
        from relasi.store.effects import Effect

        situation, key = running.situation(), running.key(self)
        data = {name: _json(value.evaluate(situation)) for name, value in self.told}
        body = {
            "type": running.workflow.name,
            "timestamp": running.work.now.isoformat(),
            "data": data,
        }
        effect = Effect(
            id=key,
            kind=WEBHOOK,
            to=self.url,
            payload={"body": body, "secret": asdict(self.secret)},
            at=running.work.now,
            entity=running.entity or None,
            record_id=running.record_id or None,
            workflow=running.workflow.name,
        )
        running.work.store.effects.add(effect)
        return {"step": "webhook", "path": self.path, "host": host_of(self.url), "effects": [key]}

    def outgoing(self) -> Iterator[Outgoing]:
        yield Outgoing("webhook", host=urlsplit(self.url).hostname)

    def expressions(self) -> Iterator[Expression]:
        yield from (value for _, value in self.told)


def _json(value: Any) -> Any:  # Any: a Python value of an expression -> JSON
    """Numbers with a point go as text, so that none of their digits is lost."""
    match value:
        case Decimal():
            return str(value)
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return iso(value)
        case tuple():
            return [_json(each) for each in value]
    return value
