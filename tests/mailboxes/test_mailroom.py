from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest

from relasi.errors import Invalid
from relasi.mailboxes.mailroom import Taken
from tests.mailboxes.desk import DESK, MAILBOX, RULE, mail
from tests.records.world import NOW, World

Build = Callable[..., World]


@pytest.fixture
def world(build: Build) -> World:
    return build(*DESK, RULE)


def take(world: World, content: bytes, *, size: int | None = None) -> Taken:
    return world.crm.mailroom.take(world.crm.model.mailboxes["desk"], content, size=size)


def letters(world: World) -> list[tuple[object, ...]]:
    return [(each["subject"], each["how"], each["matter"] is not None) for each in world.rows("letter")]


def begun(world: World) -> tuple[str, str]:
    """Budi's first letter: the id of its matter, and the number."""
    guest = world.create("guest", name="Budi", email="budi@example.com")
    matter = world.create("matter", guest=guest.id)
    return matter.id, str(matter.values["number"])


def test_a_mail_becomes_a_record_with_its_parts(world: World) -> None:
    taken = take(world, mail(To="Desk <desk@example.com>", Date="Sat, 21 Nov 2026 20:00:00 +0700"))
    assert taken.record_id
    values = world.values("letter", taken.record_id)
    assert (values["subject"], values["said"], values["sender"]) == ("Noise", "It hums.", "budi@example.com")
    assert (values["name"], values["to"], values["automatic"]) == ("Budi", "desk@example.com", False)
    assert values["at"] == NOW - timedelta(hours=1, minutes=5)


def test_the_history_says_that_it_came_by_mail(world: World) -> None:
    taken = take(world, mail())
    assert "mail" in {each.source for each in world.changes("letter", str(taken.record_id))}


def test_a_rule_begins_with_it(world: World) -> None:
    take(world, mail())
    assert letters(world) == [("Noise", None, True)]
    assert len(world.rows("matter")) == 1


def test_a_date_that_lies_ahead_is_not_believed(world: World) -> None:
    take(world, mail(Date="Sat, 21 Nov 2037 20:00:00 +0700"))
    assert world.rows("letter")[0]["at"] == NOW


def test_the_same_mail_makes_one_record_however_often_it_comes(world: World) -> None:
    first = take(world, mail())
    assert take(world, b"Received: from elsewhere\r\n" + mail()) == Taken("known", first.record_id)
    assert len(world.rows("letter")) == 1


def test_two_mails_without_any_message_id_are_two(world: World) -> None:
    take(world, mail(Message_ID=""))
    take(world, mail(Message_ID="", Subject="Silence"))
    assert len(world.rows("letter")) == 2


def test_an_answer_to_a_letter_of_the_same_sender_joins_it(world: World) -> None:
    take(world, mail())
    take(world, mail(Message_ID="<2@example.com>", Subject="Re: Noise", In_Reply_To="<1@example.com>"))
    assert letters(world) == [("Noise", None, True), ("Re: Noise", "answer", True)]
    assert len(world.rows("matter")) == 1


def test_the_number_in_the_subject_is_enough_for_those_who_take_part(world: World) -> None:
    matter, number = begun(world)
    take(world, mail(Subject=f"Aw: [{number}], still", sender="BUDI@Example.com"))
    assert [(each["matter"], each["how"]) for each in world.rows("letter")] == [(matter, "number")]


@pytest.mark.parametrize("head", ["To", "Cc", "Delivered_To", "X_Original_To"])
def test_the_number_in_the_address_is_enough_too(world: World, head: str) -> None:
    matter, number = begun(world)
    take(world, mail(**{head: f"Desk <Desk+{number.lower()}@Example.com>"}))
    assert [(each["matter"], each["how"]) for each in world.rows("letter")] == [(matter, "address")]


def test_who_else_it_was_written_to_is_kept_without_ourselves(world: World) -> None:
    others = "desk+MAT-0009@example.com, Budi <budi@example.com>, crm@example.com, ana@example.com"
    take(world, mail(To=f"desk@example.com, {others}", Cc="Eko <eko@Example.com>, nobody@, ANA@example.com"))
    assert world.rows("letter")[0]["copies"] == "ana@example.com\neko@example.com"


@pytest.mark.parametrize(
    "heads",
    [
        {"Subject": "Re: [MAT-0001]"},
        {"In_Reply_To": "<1@example.com>"},
        {"To": "desk+MAT-0001@example.com"},
    ],
)
def test_a_stranger_gets_a_matter_of_their_own_whatever_they_write(
    world: World, heads: dict[str, str]
) -> None:
    take(world, mail())
    mine = world.rows("matter")[0]
    take(world, mail(sender="eve@elsewhere.example", Message_ID="<evil@elsewhere.example>", **heads))
    first, second = world.rows("letter")
    assert (second["how"], second["matter"] != first["matter"]) == (None, True)
    assert world.rows("matter")[0] == mine


def test_nobody_takes_a_thread_over_by_repeating_its_message_id(world: World) -> None:
    take(world, mail())
    take(world, mail(sender="eve@elsewhere.example", Subject="Mine"))
    take(world, mail(Message_ID="<3@x>", sender="eve@elsewhere.example", In_Reply_To="<1@example.com>"))
    assert len({each["matter"] for each in world.rows("letter")}) == 3


def test_what_we_wrote_ourselves_is_left_alone(world: World) -> None:
    for sender in ("crm@example.com", "Desk <DESK@example.com>", "desk+MAT-0001@example.com"):
        assert take(world, mail(sender=sender)) == Taken("own")
    assert world.rows("letter") == []


def test_what_a_machine_wrote_is_kept_and_begins_nothing(world: World) -> None:
    take(world, mail(Auto_Submitted="auto-replied"))
    assert world.rows("letter")[0]["automatic"]
    assert world.rows("matter") == []


def test_mails_beyond_the_most_of_a_day_count_as_automatic(world: World) -> None:
    for number in range(5):
        take(world, mail(Message_ID=f"<{number}@x>"))
    assert [each["automatic"] for each in world.rows("letter")] == [False, False, False, True, True]
    world.clock.advance(hours=25)
    take(world, mail(Message_ID="<later@x>"))
    assert not world.rows("letter")[-1]["automatic"]


def with_files(*files: tuple[str, bytes]) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = "budi@example.com", "Photos", "<9@x>"
    message.set_content("See these")
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def test_files_come_along(world: World) -> None:
    take(world, with_files(("a.txt", b"first"), ("b.txt", b"second")))
    kept = world.rows("letter")[0]["papers"]
    with world.crm.store.session(write=False) as session:
        names = {key: file.name for key, file in session.files.get(kept).items()}
    assert [names[key] for key in kept] == ["a.txt", "b.txt"]


def test_files_that_the_field_does_not_take_are_named_instead(world: World) -> None:
    take(world, with_files(("big.txt", b"x" * 2000), ("a.txt", b"a"), ("b.txt", b"b"), ("c.txt", b"c")))
    letter = world.rows("letter")[0]
    assert len(letter["papers"]) == 2
    assert "big.txt" in letter["said"]
    assert "c.txt" in letter["said"]
    assert "a.txt" not in letter["said"]


def test_what_is_too_long_is_cut(world: World) -> None:
    take(world, mail("word " * 100, Subject="x" * 60))
    letter = world.rows("letter")[0]
    assert (letter["subject"], len(letter["said"])) == ("x" * 39 + "…", 200)


def test_of_what_is_too_large_the_head_is_taken_and_it_says_so(world: World) -> None:
    take(world, mail().split(b"\n\n")[0] + b"\n\n", size=31 * 1024**2)
    letter = world.rows("letter")[0]
    assert (letter["subject"], "31 MB" in letter["said"]) == ("Noise", True)


def test_a_mail_without_a_subject_gets_words_for_one(world: World) -> None:
    take(world, mail(Subject=""))
    assert world.rows("letter")[0]["subject"] == "(no subject)"


def test_a_sender_who_is_none_leaves_the_field_empty(world: World) -> None:
    take(world, mail(sender="budi@@localhost"))
    assert world.rows("letter")[0]["sender"] is None


def test_what_the_recipe_refuses_makes_nothing(build: Build) -> None:
    strict = DESK[-2].replace("  sender: email", "  sender: {type: email, required: true}")
    world = build(*DESK[:-2], strict, MAILBOX)
    with pytest.raises(Invalid):
        take(world, mail(sender="nobody"))
    assert world.rows("letter") == []
