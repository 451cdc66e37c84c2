from __future__ import annotations

import re
from datetime import date
from uuid import uuid4

from playwright.sync_api import expect

from tests.browser.visit import Visit
from tests.serving import Server


def test_an_urgent_complaint_gets_a_follow_up_task_that_its_page_shows(visit: Visit) -> None:
    visit.sign_in("sari", "/service-complaint?new=1")
    visit.heading("New complaint")
    visit.field("Subject").fill("The pump stands still")
    customer = visit.pick("Customer", "pt")
    visit.choose("Urgent")
    visit.save()

    visit.heading(re.compile(r"^CMP-\d{4}-\d{5} The pump stands still"))
    expect(visit.page.get_by_role("link", name=customer).first).to_be_visible()
    expect(visit.page.get_by_role("link", name=re.compile(r"^Follow up CMP-")).first).to_be_visible()
    expect(visit.page.get_by_text(re.compile("^Follow up urgent complaints")).first).to_be_visible()


def test_what_was_typed_stays_when_something_is_wrong(visit: Visit) -> None:
    visit.sign_in("sari", "/service-complaint?new=1")
    visit.heading("New complaint")
    visit.field("What happened").fill("It made a noise first.")
    visit.field("Subject").fill("Noise")
    visit.save()

    expect(visit.page.get_by_text("Please correct the marked fields.")).to_be_visible()
    expect(visit.page.get_by_text("Please fill this in.")).to_have_count(1)
    expect(visit.field("What happened")).to_have_value("It made a noise first.")
    expect(visit.field("Subject")).to_have_value("Noise")


def test_a_field_appears_when_its_condition_holds_and_keeps_what_was_typed(visit: Visit) -> None:
    visit.sign_in("sari", "/service-customer?new=1")
    visit.heading("New customer")
    visit.field("Name").fill("Ibu Ratna")
    expect(visit.field("Date of birth")).to_have_count(0)
    visit.field("Website").fill("ratna.example")

    visit.choose("Person")

    expect(visit.field("Date of birth").first).to_be_visible()
    expect(visit.field("Website")).to_have_count(0)
    expect(visit.field("Name")).to_have_value("Ibu Ratna")
    visit.choose("Company")
    expect(visit.field("Website")).to_have_value("ratna.example")


def test_numbers_are_read_the_way_the_user_writes_them(visit: Visit) -> None:
    visit.sign_in("bayu", "/sales-opportunity?new=1")
    visit.heading("Peluang baru")
    visit.field("Nama").fill("Pengadaan pompa")
    visit.pick("Pelanggan", "pt")
    visit.field("Nilai").fill("1.250.000,5")
    visit.save()

    visit.heading("Pengadaan pompa")
    expect(visit.page.get_by_text(re.compile(r"Rp\s?1\.250\.000,50")).first).to_be_visible()


def test_two_people_at_one_record_lose_nothing(visit: Visit) -> None:
    """Sari has the form open while the same record is saved in another tab."""
    visit.sign_in("sari", "/service-complaint?new=1")
    visit.heading("New complaint")
    visit.field("Subject").fill("First words")
    visit.pick("Customer", "pt")
    visit.save()
    visit.heading(re.compile("First words$"))
    visit.press("Edit")
    visit.heading(re.compile("^Edit"))
    visit.field("Subject").fill("My words")
    other = Visit(visit.page.context.new_page(), visit.address)
    other.page.goto(visit.page.url)
    other.heading(re.compile("^Edit"))
    other.field("Subject").fill("Their words")
    other.field("What happened").fill("Told on the phone.")
    other.save()
    other.heading(re.compile("Their words$"))

    visit.save()

    expect(visit.page.get_by_text("Somebody else changed this record")).to_be_visible()
    expect(visit.page.get_by_text("Saved by somebody else: Their words")).to_be_visible()
    expect(visit.field("Subject").last).to_have_value("My words")
    expect(visit.field("What happened")).to_have_value("Told on the phone.")
    visit.save()
    visit.heading(re.compile("My words$"))


def test_a_move_asks_for_what_it_needs(visit: Visit) -> None:
    visit.sign_in("sari", "/service-complaint?new=1")
    visit.heading("New complaint")
    visit.field("Subject").fill("To be resolved")
    visit.pick("Customer", "pt")
    visit.save()
    visit.heading(re.compile("To be resolved$"))
    visit.press("Start work")
    visit.press("Resolve")
    dialog = visit.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Resolve").click()
    expect(dialog.get_by_text("Please fill this in.")).to_have_count(2)

    dialog.get_by_label(re.compile("^Corrective action")).fill("A new valve.")
    dialog.get_by_label(re.compile("^Root cause")).click()
    visit.page.get_by_role("option", name="Product defect").click()
    dialog.get_by_role("button", name="Resolve").click()

    expect(visit.page.get_by_text("A new valve.").first).to_be_visible()
    expect(visit.page.get_by_text("Resolved", exact=True).first).to_be_visible()


def test_a_moment_is_saved_while_its_calendar_is_open(visit: Visit) -> None:
    visit.sign_in("sari", "/service-task?new=1")
    visit.heading("New task")
    subject = f"Call {uuid4().hex[:6]}"
    visit.field("Subject").fill(subject)
    visit.enter_date("Due", date(2031, 12, 24))
    visit.page.keyboard.type("1530")
    expect(visit.page.get_by_test_id("stDateTimeInputCalendar")).to_be_visible()
    visit.save()

    visit.heading(subject)
    expect(visit.page.get_by_text("24 Dec 2031, 15:30")).to_be_visible()


def test_the_language_is_switched_in_place(visit: Visit, server: Server) -> None:
    server.cookie("maya", "en")
    visit.sign_in("maya", "/sales-customer")
    visit.heading(re.compile("^Customers"))

    visit.choose("Bahasa Indonesia")

    visit.heading(re.compile("^Pelanggan"))
    visit.open("/sales-customer?new=1")
    visit.heading("Pelanggan baru")
    visit.choose("English")
    visit.heading("New customer")
