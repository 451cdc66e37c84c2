"""A rule that fails is seen by the administrator, mended and tried again; what waits says for what."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from relasi.records import Source
from relasi.runtime import engine_actor, open_crm
from relasi.store.effects import Effect, Verdict
from relasi.store.objections import Objection
from tests.browser.making import made, mark
from tests.browser.visit import Visit
from tests.patience import until
from tests.serving import Server, bring_up_to_date, relasi_run

SETTLE = """
workflow: settle_at_once
label: {en: Settle at once, id: Selesaikan segera}
entity: complaint
when: {button: {}}
if: status.kind != done
do:
  - move: resolve
"""


@pytest.fixture(scope="module")
def server(filled: Path, tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Server]:
    """With a rule that fails where its move needs more than there is."""
    root = shutil.copytree(filled, tmp_path_factory.mktemp("runs") / "crm")
    (root / "workflows" / "settle_at_once.yaml").write_text(SETTLE)
    bring_up_to_date(root)
    with relasi_run(root) as started:
        yield started


def complaint(server: Server, subject: str, *, priority: str = "normal") -> str:
    """The address of one that is being worked on."""
    customer = made(server, "customer", name=f"PT {subject}").id
    record = made(server, "complaint", subject=subject, customer=customer, priority=priority)
    with closing(open_crm(server.root)) as crm:
        crm.records.move(engine_actor(Source.CLI), "complaint", record.id, record.version, move="start")
    return f"/service-complaint?id={record.id}"


def failed(server: Server) -> int:
    """How many runs have failed."""
    with closing(open_crm(server.root)) as crm:
        return len(crm.workflows.failed())


def mend(server: Server, address: str) -> None:
    """Fills in what the move needs, as somebody does in a form."""
    crm, engine = open_crm(server.root), engine_actor(Source.CLI)
    found = crm.records.get(engine, "complaint", address.partition("id=")[2])
    values = {"root_cause": "product_defect", "corrective_action": "Tightened a screw"}
    crm.records.update(engine, "complaint", found.id, found.version, values)
    crm.close()


def wait_for_the_worker(server: Server) -> None:
    """Until no run is due."""
    with closing(open_crm(server.root)) as crm:

        def is_done() -> bool:
            with crm.store.session(write=False) as session:
                return not session.runs.any_due(crm.clock())

        until(is_done)


def test_a_failing_rule_is_seen_mended_and_tried_again(visit: Visit, server: Server) -> None:
    page, subject = visit.page, mark()
    address, before = complaint(server, subject), failed(server)
    visit.sign_in("andi")
    visit.open(address)
    visit.press("Settle at once")
    expect(page.locator("[class*=st-key-flight]")).to_contain_text("Settle at once")

    visit.open("/automation")
    expect(page.get_by_role("link", name=f"Automation ({before + 1})")).to_be_visible()
    run_of_it = page.get_by_role("row").filter(has_text=subject)
    expect(run_of_it.get_by_role("cell", name=re.compile("Root cause: Please fill this in"))).to_be_visible()
    run_of_it.get_by_role("link", name="Settle at once").click()
    expect(page.get_by_text("The step that failed, as it is written")).to_be_visible()
    expect(page.get_by_text("move: resolve")).to_be_visible()
    run = page.url

    mend(server, address)
    page.goto(run)
    page.get_by_placeholder("Comment, kept in the history").fill("The cause is known now")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("It is tried again")).to_be_visible()
    wait_for_the_worker(server)
    visit.open(address)
    expect(page.get_by_text("Resolved").first).to_be_visible()
    page.goto(run)
    expect(page.get_by_text("“The cause is known now”")).to_be_visible()
    left = f"Automation ({before})" if before else "Automation"
    expect(page.get_by_role("link", name=left, exact=True)).to_be_visible()


def test_a_record_says_what_a_rule_waits_for_and_why_others_did_not_run(visit: Visit, server: Server) -> None:
    page = visit.page
    visit.sign_in("dewi")
    visit.open(complaint(server, mark(), priority="low"))
    visit.press("Escalate")
    page.get_by_role("dialog").get_by_role("button", name="Escalate").click()
    expect(page.get_by_text(re.compile("Waits until this holds: .*, at most until"))).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Automation"))).to_have_count(0)

    page.get_by_role("button", name="Rules").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Begins when “Refund” changes")).to_be_visible()  # all come at once
    for why in dialog.get_by_text("Why?").all():
        why.click()
    told = dialog.get_by_text(re.compile("never been set off for this record. Its condition would not hold"))
    expect(told.first).to_be_visible()


def test_what_could_not_be_delivered_is_one_step_from_the_failures(visit: Visit, server: Server) -> None:
    crm, to = open_crm(server.root), f"{mark()}@example.com"
    with crm.store.session() as session:
        dead = Effect(mark(), "email", to, {"subject": "Hello", "text": "Hello"}, crm.clock())
        session.effects.add(dead)
        (claimed,) = (
            each
            for each in session.effects.claim(crm.clock(), lease="l", until=crm.clock(), limit=100)
            if each.id == dead.id
        )
        session.effects.settle(claimed, Verdict("dead"), crm.clock())
    crm.close()
    visit.sign_in("andi")
    visit.open("/automation")
    visit.press("To the outbox")
    visit.heading(re.compile("^Outbox"))
    expect(visit.page.get_by_text(to)).to_be_visible()


def test_an_edit_from_outside_that_was_refused_is_taken_over_by_a_person(
    visit: Visit, server: Server
) -> None:
    subject = mark()
    address = complaint(server, subject, priority="high")
    crm = open_crm(server.root)
    why = {"en": "Wait for the decision.", "id": "Tunggu keputusannya."}
    refused = Objection(
        id=crm.new_id(),
        at=crm.clock(),
        entity="complaint",
        record_id=address.partition("id=")[2],
        what="changed",
        field="priority",
        theirs="low",
        ours="high",
        text=why,
        who="NocoDB",
    )
    with crm.store.session() as session:
        session.objections.add([refused])
    crm.close()
    page = visit.page
    visit.sign_in("andi")
    visit.open("/automation")
    page.get_by_text("Entered outside and not taken over: ").click()
    objection = visit.card("objection", subject)
    expect(objection.get_by_text("Entered: Low. In the record: High.")).to_be_visible()

    visit.open(address)
    expect(page.get_by_text("Wait for the decision.")).to_be_visible()
    visit.press("Take it over")

    expect(page.get_by_text("Wait for the decision.")).to_have_count(0)
    expect(page.get_by_text("Low", exact=True).first).to_be_visible()
