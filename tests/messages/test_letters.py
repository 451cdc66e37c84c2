from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from relasi.messages.sender import Sender
from relasi.records import Source
from relasi.store.consents import Consent
from relasi.store.effects import Effect
from tests.messages.desk import ROLES, settings
from tests.records.world import NOW, World

GUEST = """
entity: guest
title: "{name}"
fields:
  name: {type: text, required: true}
  email: email
  language: {type: choice, options: [en, id]}
  home: address
"""
STAY = """
entity: stay
title: "{name}"
fields:
  name: {type: text, required: true}
  guest: {type: link, to: guest, on_delete: clear}
  papers: files
  told: boolean
"""
INVITED = """
message: invited
entity: stay
purpose: {purpose}
language: guest.language
subject: {{en: "About {{name}}", id: "Tentang {{name}}"}}
body: {{en: "Dear **{{guest.name}}**", id: "Yth. **{{guest.name}}**"}}
signature: {{en: "Yours\\n{{name}} team", id: "Hormat kami\\nTim {{name}}"}}
"""
RULE = """
workflow: invite
entity: stay
when: created
do:
  - letter:
      message: invited
      to: "{guest.name}\\n{guest.email}"
      address: guest.home
      attach: papers
      person: guest.email
"""
AGAIN = """
workflow: again
entity: stay
when: {changed: papers}
do:
  - letter: {message: invited, to: "{guest.name}", attach: papers}
"""
HEAD = "{lines: [Jl. Sudirman 1], place: Jakarta}"

Build = Callable[..., World]
SenderOf = Callable[[World], Sender]


def made(build: Build, *more: str, purpose: str = "service") -> tuple[World, str]:
    """A CRM in which a stay was just entered, and the id of the stay."""
    world = build(
        settings(letterhead=HEAD), ROLES, GUEST, STAY, INVITED.format(purpose=purpose), *(more or (RULE,))
    )
    home = {
        "home_street": "Jl. Merdeka 5",
        "home_city": "Bandung",
        "home_postcode": "40111",
        "home_country": "id",
    }
    guest = world.create("guest", name="Budi #1", email="budi@example.com", language="id", **home)
    stay = world.crm.records.create(world.actor("ana", "admin"), "stay", {"name": "A/B", "guest": guest.id})
    return world, stay.id


def effects(world: World) -> list[Effect]:
    with world.crm.store.session(write=False) as session:
        return list(session.effects.list())


def test_the_record_gets_the_letter_as_a_pdf(build: Build, sender_of: SenderOf) -> None:
    world, stay = made(build)

    sender_of(world).step()

    (file,) = world.values("stay", stay)["papers"]
    known, path = world.crm.files.find(world.actor("ana"), "stay", stay, "papers", file)
    assert (known.name, known.media_type, known.size) == (
        "Tentang A-B.pdf",
        "application/pdf",
        path.stat().st_size,
    )
    assert path.read_bytes().startswith(b"%PDF-")


def test_it_is_written_in_the_language_of_the_reader(build: Build) -> None:
    world, _ = made(build)

    (letter,) = effects(world)

    assert letter.payload["subject"] == "Tentang A/B"
    assert letter.payload["text"] == "Yth. Budi #1\n\nHormat kami\nTim A/B"


def test_the_address_stands_below_the_name_as_its_country_writes_it(build: Build) -> None:
    world, _ = made(build)

    (letter,) = effects(world)

    assert letter.payload["to"] == [
        "Budi #1",
        "budi@example.com",
        "Jl. Merdeka 5",
        "Bandung 40111",
        "Indonesia",
    ]


def test_the_history_says_which_rule_attached_it_and_for_whom(build: Build, sender_of: SenderOf) -> None:
    world, stay = made(build)

    sender_of(world).step()

    change = world.changes("stay", stay)[-1]
    assert (change.rule, change.on_behalf_of, change.source) == ("invite", "u-ana", Source.RULE.value)


def test_a_letter_that_is_made_again_is_the_same_one(build: Build, sender_of: SenderOf) -> None:
    world, stay = made(build)
    (letter,) = effects(world)
    sender = sender_of(world)
    assert sender.letters.make(letter).status == "sent"  # and the worker dies before it says so

    sender.step()

    assert len(world.values("stay", stay)["papers"]) == 1
    assert effects(world)[0].status == "sent"


def test_without_consent_no_letter_is_made(build: Build, sender_of: SenderOf) -> None:
    world, stay = made(build, purpose="news")

    sender_of(world).step()

    assert effects(world)[0].status == "withheld"
    assert world.values("stay", stay)["papers"] is None


def test_with_consent_it_is(build: Build, sender_of: SenderOf) -> None:
    world, stay = made(build, purpose="news")
    with world.crm.store.session() as session:
        session.consents.add(Consent("c1", "budi@example.com", "news", True, NOW, "fair", "Yes"))

    sender_of(world).step()

    assert world.values("stay", stay)["papers"]


def test_an_address_that_bounced_can_still_be_written_to_on_paper(build: Build, sender_of: SenderOf) -> None:
    world, stay = made(build)
    with world.crm.store.session() as session:
        session.correspondence.close("budi@example.com", "gone", NOW)

    sender_of(world).step()

    assert world.values("stay", stay)["papers"]


def test_whoever_has_no_address_cannot_be_asked_for_consent(build: Build, sender_of: SenderOf) -> None:
    world, _ = made(build, purpose="hints")
    guest = world.create("guest", name="Ina")
    world.create("stay", name="B", guest=guest.id)

    sender_of(world).step()

    assert {each.to: each.status for each in effects(world)} == {"Budi #1": "sent", "Ina": "withheld"}


def test_without_an_addressee_there_is_no_letter(build: Build) -> None:
    world, _ = made(build, RULE.replace('"{guest.name}\\n{guest.email}"', '"{guest.language}"'))

    guest = world.create("guest", name="Nobody")
    world.create("stay", name="C", guest=guest.id)

    assert [each.to for each in effects(world)] == ["Id"]


def test_a_record_that_is_gone_keeps_no_letter(build: Build, sender_of: SenderOf) -> None:
    world, stay = made(build)
    world.crm.records.delete(world.engine, "stay", stay, 1)

    sender_of(world).step()

    assert effects(world)[0].status == "withheld"


def test_letters_that_lead_to_letters_come_to_an_end(build: Build, sender_of: SenderOf) -> None:
    world, _ = made(build, RULE, AGAIN)
    sender = sender_of(world)

    while sender.step(limit=1):
        assert len(effects(world)) < 20

    (last,) = [each for each in effects(world) if each.status != "sent"]
    assert "again" in (last.note or {})["en"]


def test_the_content_of_a_letter_lies_beside_the_database_once(build: Build, sender_of: SenderOf) -> None:
    world, stay = made(build)
    sender_of(world).step()

    (file,) = world.values("stay", stay)["papers"]
    _, path = world.crm.files.find(world.engine, "stay", stay, "papers", file)

    assert [each for each in Path(path.parent.parent).glob("*/*") if each.is_file()] == [path]
