from __future__ import annotations

from tests.messages.desk import DESK, SETTINGS, rule
from tests.records.world import NOW, World
from tests.workflows.desk import Build

AGREED = """
consent:
  of: guest.email
  purpose: news
  given: urgency = high
  wording: "Asked about {subject}"
  source: "{said}"
""".strip().replace("\n", "\n    ")


def desk(build: Build, step: str = AGREED) -> World:
    return build(SETTINGS, *DESK, rule(step))


def letter(world: World, *, email: str | None = "ana@example.com", **values: str) -> str:
    guest = world.create("guest", name="Ana", email=email)
    actor = world.actor("budi", "admin")
    return world.crm.records.create(actor, "letter", {"guest": guest.id, "subject": "x", **values}).id


def test_a_word_is_kept_with_its_time_its_source_and_its_wording(build: Build) -> None:
    world = desk(build)

    letter(world, urgency="high", said="a fair")

    with world.crm.store.session(write=False) as session:
        (kept,) = session.consents.of("ana@example.com")
    assert (kept.purpose, kept.given, kept.at, kept.user_id) == ("news", True, NOW, "u-budi")
    assert (kept.wording, kept.source) == ("Asked about x", "a fair")


def test_what_is_not_true_is_a_withdrawal(build: Build) -> None:
    world = desk(build)

    letter(world, urgency="low")

    with world.crm.store.session(write=False) as session:
        latest = session.consents.latest("ana@example.com", "news")
    assert latest is not None
    assert not latest.given


def test_without_a_source_it_is_the_rule(build: Build) -> None:
    world = desk(build)

    letter(world, urgency="high")

    with world.crm.store.session(write=False) as session:
        (kept,) = session.consents.of("ana@example.com")
    assert kept.source == "rule answer"


def test_where_there_is_no_address_nothing_is_noted(build: Build) -> None:
    world = desk(build)

    key = letter(world, email=None)

    assert world.traces("letter", key)[-1].steps[0]["given"] is None


def test_a_rule_that_fails_afterwards_notes_nothing(build: Build) -> None:
    world = build(SETTINGS, *DESK, rule(AGREED, "email: {to: subject, message: received}"))

    letter(world, urgency="high")  # "x" is no address

    with world.crm.store.session(write=False) as session:
        assert session.consents.of("ana@example.com") == ()
