"""A rule that fails is seen by the administrator, mended and tried again; what waits says for what."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from relasi.records import ListRequest, Source
from relasi.runtime import engine_actor, open_crm
from relasi.store.effects import Effect, Verdict
from relasi.store.objections import Objection
from tests.browser.visit import Visit
from tests.serving import Server, copy_content, relasi_run

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
def server(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Server]:
    """With a rule that fails where its move needs more than there is."""
    root: Path = copy_content(tmp_path_factory.mktemp("runs"))
    (root / "workflows" / "settle_at_once.yaml").write_text(SETTLE)
    with relasi_run(root) as started:
        yield started


def complaint(server: Server, condition: str) -> str:
    """The address of one that is being worked on and meets the condition."""
    crm = open_crm(server.root)
    where = ("status = in_progress and root_cause is empty", condition)
    request = ListRequest("complaint", where=where, limit=1)
    (record,) = crm.records.list(engine_actor(Source.CLI), request).records
    crm.close()
    return f"/service-complaint?id={record.id}"


def mend(server: Server, address: str) -> None:
    """Fills in what the move needs, as somebody does in a form."""
    crm, engine = open_crm(server.root), engine_actor(Source.CLI)
    found = crm.records.get(engine, "complaint", address.partition("id=")[2])
    values = {"root_cause": "product_defect", "corrective_action": "Tightened a screw"}
    crm.records.update(engine, "complaint", found.id, found.version, values)
    crm.close()


def wait_for_the_worker(server: Server) -> None:
    """Until no run is due."""
    crm = open_crm(server.root)
    end = time.monotonic() + 30
    due = True
    while due and time.monotonic() < end:
        with crm.store.session(write=False) as session:
            due = session.runs.any_due(crm.clock())
        time.sleep(0.1)
    crm.close()
    assert not due


def test_a_failing_rule_is_seen_mended_and_tried_again(visit: Visit, server: Server) -> None:
    page = visit.page
    address = complaint(server, "priority != urgent")
    visit.sign_in("andi")
    visit.open("/automation")
    expect(page.get_by_text("No rule waits")).to_be_visible()
    visit.open(address)
    visit.press("Settle at once")
    expect(page.locator("[class*=st-key-flight]")).to_contain_text("Settle at once")

    visit.open("/automation")
    expect(page.get_by_role("link", name="Automation (1)")).to_be_visible()
    expect(page.get_by_role("cell", name=re.compile("Root cause: Please fill this in"))).to_be_visible()
    page.get_by_role("link", name="Settle at once").click()
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
    expect(page.get_by_role("link", name="Automation", exact=True)).to_be_visible()


def test_a_record_says_what_a_rule_waits_for_and_why_others_did_not_run(visit: Visit, server: Server) -> None:
    page = visit.page
    visit.sign_in("dewi")
    visit.open(complaint(server, "priority = low"))
    visit.press("Escalate")
    page.get_by_role("dialog").get_by_role("button", name="Escalate").click()
    expect(page.get_by_text(re.compile("Waits until this holds: .*, at most until"))).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Automation"))).to_have_count(0)

    page.get_by_role("button", name="Rules").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Begins when “Refund” changes")).to_be_visible()
    for why in dialog.get_by_text("Why?").all():
        why.click()
    told = dialog.get_by_text(re.compile("never been set off for this record. Its condition would not hold"))
    expect(told.first).to_be_visible()


def test_what_could_not_be_delivered_is_one_step_from_the_failures(visit: Visit, server: Server) -> None:
    crm = open_crm(server.root)
    with crm.store.session() as session:
        dead = Effect("x", "email", "ana@example.com", {"subject": "Hello", "text": "Hello"}, crm.clock())
        session.effects.add(dead)
        (claimed,) = (
            each
            for each in session.effects.claim(crm.clock(), lease="l", until=crm.clock(), limit=100)
            if each.id == "x"
        )
        session.effects.settle(claimed, Verdict("dead"), crm.clock())
    crm.close()
    visit.sign_in("andi")
    visit.open("/automation")
    visit.press("To the outbox")
    visit.heading(re.compile("^Outbox"))
    expect(visit.page.get_by_text("ana@example.com")).to_be_visible()


def test_an_edit_from_outside_that_was_refused_is_taken_over_by_a_person(
    visit: Visit, server: Server
) -> None:
    address = complaint(server, "priority = high")
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
    page.get_by_text("Entered outside and not taken over: 1").click()
    expect(page.get_by_text("Entered: Low. In the record: High.")).to_be_visible()

    visit.open(address)
    expect(page.get_by_text("Wait for the decision.")).to_be_visible()
    visit.press("Take it over")

    expect(page.get_by_text("Wait for the decision.")).to_have_count(0)
    expect(page.get_by_text("Low", exact=True).first).to_be_visible()
