"""What a message says of the rows of its record, to whom, and how it goes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from relasi.messages.filling import for_outsider, for_user
from relasi.messages.paper import as_pictures
from relasi.messages.sender import Sender
from relasi.records import Actor, RowEdit, Source
from relasi.runtime import worker_of
from relasi.schema.fields.notation.markup import Block, Span
from relasi.store.effects import Effect
from tests.messages.desk import ROLES, settings
from tests.messages.mail_server import MailServer
from tests.messages.test_letters import HEAD
from tests.messages.test_paper import SHEET, read
from tests.messages.test_sender import with_server
from tests.records.world import World

ORDER = """
entity: order
title: "{name}"
fields:
  name: {type: text, required: true}
  email: email
  lines: {type: rows, of: line.order, order_by: place}
  total: {type: rollup, label: {en: Total, id: Jumlah}, of: line.order, sum: amount}
  papers: files
access:
  clerk: {read: all}
  chief: {read: all}
"""
LINE = """
entity: line
fields:
  order: {type: link, to: order, required: true, on_delete: cascade}
  place: number
  name: {type: text, label: {en: Item, id: Barang}}
  amount: {type: money, label: {en: Price, id: Harga}}
access:
  clerk: {read: all, hide: [amount]}
"""
OFFER = """
message: offer
entity: order
subject: {en: "Offer {name}", id: "Penawaran {name}"}
body: {en: "Dear reader", id: "Yang terhormat"}
table: {rows: lines, columns: [name, amount], below: [total]}
closing: {en: "It holds for **{name}**", id: "Berlaku untuk **{name}**"}
"""
SEND = """
workflow: send
entity: order
when: {button: {label: Send}}
do:
  - letter: {message: offer, to: "{name}", attach: papers}
  - wait: {until: papers is not empty}
  - email: {to: email, message: offer, attach: papers}
"""

Build = Callable[..., World]
SenderOf = Callable[[World], Sender]


def made(build: Build, project: str | None = None) -> tuple[World, str]:
    world = build(project or settings(letterhead=HEAD), ROLES, ORDER, LINE, OFFER, SEND)
    lines = [
        RowEdit({"name": name, "amount": Decimal(price)}) for name, price in (("<b>", "7.5"), ("Axe", "2"))
    ]
    order = world.crm.records.save(
        world.engine, "order", {"name": "Oak", "email": "budi@example.com"}, rows={"lines": lines}
    )
    return world, order.id


def said(world: World, key: str) -> str:
    """The text that somebody outside gets."""
    with world.crm.records.work(world.engine) as work:
        situation = work.situation(work.follow("order", key) or {})
        return for_outsider(work, world.crm.model.messages["offer"], situation)[1].text


def test_each_row_is_a_line_in_order_and_the_sums_stand_below(build: Build) -> None:
    assert said(*made(build)).split("\n\n") == [
        "Dear reader",
        "Item | Price\n<b> | €7.50\nAxe | €2.00\nTotal | €9.50",
        "It holds for Oak",
    ]


def test_what_somebody_entered_in_a_row_is_no_markup_in_a_mail(build: Build) -> None:
    world, key = made(build)

    with world.crm.records.work(world.engine) as work:
        situation = work.situation(work.follow("order", key) or {})
        html = for_outsider(work, world.crm.model.messages["offer"], situation)[1].html

    assert "&lt;b&gt;" in html
    assert "<b>" not in html


def test_a_user_is_told_what_the_rights_to_the_rows_allow(build: Build) -> None:
    world, key = made(build)
    found = {}
    for name, role in (("ani", "clerk"), ("cici", "chief")):
        actor = world.actor(name, role)
        with world.crm.records.work(world.engine) as work:
            user = work.store.users.get(actor.user_id or "")
            assert user is not None
            seen = for_user(work, world.crm.model.messages["offer"], key, user)
        assert seen is not None
        found[name] = seen["en"].text

    assert "<b> | \nAxe | " in found["ani"]
    assert "Axe" not in found["cici"]


def test_the_printed_offer_goes_along_with_the_mail(
    build: Build, sender_of: SenderOf, mail_server: MailServer
) -> None:
    world, key = made(build, with_server(mail_server.port))
    actor = Actor("u", frozenset(), Source.CLI, everything=True)
    record = world.crm.records.get(world.engine, "order", key)
    world.crm.workflows.press(actor, "send", key, record.version)
    sender = sender_of(world)

    sender.step()
    worker_of(world.crm).drain()
    sender.step()

    (mail,) = mail_server.taken
    (paper,) = mail.iter_attachments()
    assert (paper.get_filename(), paper.get_content_type()) == ("Offer Oak.pdf", "application/pdf")
    assert paper.get_content().startswith(b"%PDF-")


def test_a_mail_whose_file_is_gone_is_held_back(build: Build, sender_of: SenderOf) -> None:
    world, _ = made(build)
    payload = {
        "subject": "s",
        "text": "t",
        "html": "t",
        "language": "en",
        "purpose": "service",
        "files": ["f"],
    }
    with world.crm.store.session() as session:
        session.effects.add(Effect("e", "email", "budi@example.com", payload, world.clock()))

    sender_of(world).step()

    with world.crm.store.session(write=False) as session:
        (effect,) = session.effects.list()
    assert effect.status == "withheld"


def test_a_long_table_goes_on_to_the_next_page(build: Build) -> None:
    lines: list[list[Span]] = [[{"text": "Item"}, {"text": "Price"}]]
    lines.extend([{"text": f"i{number}"}, {"text": "1"}] for number in range(90))
    lines.append([{"text": "Total"}, {"text": "90"}])
    table: Block = {"kind": "table", "lines": lines, "right": [False, True], "below": 1}
    sheet = replace(SHEET, blocks=[table])

    assert len(as_pictures(sheet)) > 1
    assert "i89" in read(sheet)
