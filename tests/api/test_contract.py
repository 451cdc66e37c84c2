"""The API keeps what its description promises, whatever is sent to it: nothing fails, what fits is taken,
what does not is refused in the form that is promised, and every answer has the shape that is described.

`st run http://localhost:8501/api/openapi.json -H 'Authorization: Bearer KEY'` looks longer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import ignored_auth

from relasi.api import caller
from tests.api.program import Program
from tests.records.world import World

Operation = APIOperation[Any, Any, Any, Any]  # Any: what schemathesis keeps for itself
Case = schemathesis.Case[Any]
# What schemathesis lets pass, and beside it: rules of the business, and versions that nobody has seen.
TAKEN = ["2xx", "401", "403", "404", "409", "412", "422", "428"]


@pytest.fixture
def operations(
    program: Callable[..., Program], world: World, monkeypatch: pytest.MonkeyPatch
) -> list[Operation]:
    monkeypatch.setattr(caller, "MOST_CALLS", 10**9)
    for name in ("Budi", "Siti"):
        world.create("invoice", subject=f"For {name}", payer=world.create("payer", name=name).id)
    chief = program("chief", name="rina")
    checks = {"positive_data_acceptance": {"expected-statuses": TAKEN}}
    config = SchemathesisConfig.from_dict({"headers": chief.headers, "checks": checks})
    found = schemathesis.openapi.from_asgi(
        "/api/openapi.json", chief.app, config=config, headers=chief.headers
    )
    return [each.ok() for each in found.get_all_operations() if isinstance(each, Ok)]


@pytest.mark.parametrize("mode", GenerationMode)
def test_every_call_does_what_its_description_says(operations: list[Operation], mode: GenerationMode) -> None:
    fitting = [
        each
        for each in operations
        if mode is GenerationMode.POSITIVE or each.path not in ("/api/me", "/api/openapi.json")
    ]
    for operation in fitting:

        @settings(
            max_examples=2, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def call(case: Case) -> None:
            case.call_and_validate(excluded_checks=[ignored_auth])

        call()
    assert len(fitting) > 15
