from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from relasi.store.effects import Effect
from relasi.store.notifications import Notification
from tests.messages.desk import DESK, SETTINGS, rule, settings
from tests.records.world import World, make_world

Build = Callable[..., World]


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Build]:
    made: list[World] = []

    def make(*texts: str) -> World:
        made.append(make_world(tmp_path / f"world{len(made)}", *texts))
        return made[-1]

    yield make
    for world in made:
        world.crm.close()


def notices(world: World, name: str) -> tuple[Notification, ...]:
    with world.crm.store.session(write=False) as session:
        return session.notifications.of(f"u-{name}")


def outbox(world: World) -> tuple[Effect, ...]:
    """By their addresses."""
    with world.crm.store.session(write=False) as session:
        return tuple(sorted(session.effects.list(), key=lambda each: each.to))


def test_everybody_of_a_role_is_told_in_every_language(build: Build) -> None:
    world = build(SETTINGS, *DESK, rule("notify: {to: role.clerk, message: received}"))
    world.user("ani", "clerk")
    world.user("budi", "chief")
    world.create("letter", subject="Key", urgency="high")
    (told,) = notices(world, "ani")
    assert told.title == {"en": "We got Key", "id": "Kami menerima Key"}
    assert notices(world, "budi") == ()


def test_who_is_named_twice_is_told_once(build: Build) -> None:
    world = build(SETTINGS, *DESK, rule("notify: {to: [owner, role.clerk], text: Look}"))
    world.create("letter", subject="Key", owner=world.user("ani", "clerk"))
    assert [each.title["en"] for each in notices(world, "ani")] == ["Look"]


def test_values_are_written_for_the_reader(build: Build) -> None:
    world = build(SETTINGS, *DESK, rule('notify: {to: role.clerk, text: "{urgency} {price} {due} {owner}"}'))
    world.user("ani", "clerk")
    world.create("letter", subject="Key", urgency="high", price=1234, due="2026-11-21", owner="u-ani")
    (told,) = notices(world, "ani")
    assert told.title == {"en": "High €1,234.00 21 Nov 2026 Ani", "id": "Tinggi €1.234,00 21 Nov 2026 Ani"}


def test_a_hidden_field_is_hidden_in_what_people_are_told(build: Build) -> None:
    world = build(SETTINGS, *DESK, rule('notify: {to: [role.clerk, role.chief], text: "It says {secret}"}'))
    world.user("ani", "clerk")
    world.user("budi", "chief")
    world.create("letter", subject="Key", secret="tulips")
    assert notices(world, "ani")[0].title["en"] == "It says"
    assert notices(world, "budi")[0].title["en"] == "It says tulips"


def test_a_linked_record_that_a_reader_may_not_read_is_not_told(build: Build) -> None:
    world = build(SETTINGS, *DESK, rule('notify: {to: role.chief, text: "From {guest.name}"}'))
    world.user("budi", "chief")
    world.create("letter", subject="Key", guest=world.create("guest", name="Citra").id)
    assert notices(world, "budi")[0].title["en"] == "From"


def test_who_may_not_read_the_record_learns_only_that_there_is_something(build: Build) -> None:
    world = build(SETTINGS, *DESK, rule("notify: {to: role.novice, message: received}"))
    world.user("nia", "novice")
    world.create("letter", subject="Key")
    (told,) = notices(world, "nia")
    assert (told.title["en"], dict(told.body)) == ("Letter received", {})


def test_nobody_is_told_of_what_was_undone(build: Build) -> None:
    world = build(
        SETTINGS, *DESK, rule("notify: {to: role.clerk, text: Hello}", "create: letter\n    set: {said: x}")
    )
    world.user("ani", "clerk")
    world.create("letter", subject="Key")
    assert notices(world, "ani") == ()


def test_a_mail_to_people_says_only_what_each_may_see(build: Build) -> None:
    world = build(SETTINGS, *DESK, rule("email: {to: role.chief, message: received}"))
    world.user("budi", "chief")
    world.create("letter", subject="Key", guest=world.create("guest", name="Citra").id)
    (mail,) = outbox(world)
    assert (mail.to, "Citra" in mail.payload["text"]) == ("budi@example.com", False)


def test_a_mail_to_somebody_outside_is_in_the_language_of_that_person(build: Build) -> None:
    world = build(SETTINGS, *DESK, rule("email: {to: guest.email, message: received}"))
    for language in ("id", None):
        guest = world.create(
            "guest", name="Citra", email=f"{language}@example.com".lower(), language=language
        )
        world.create("letter", subject="Key", guest=guest.id)
    assert [each.payload["subject"] for each in outbox(world)] == ["Kami menerima Key", "We got Key"]


def test_a_mail_to_a_text_that_is_no_address_fails_visibly(build: Build) -> None:
    world = build(SETTINGS, *DESK, rule("email: {to: subject, message: received}"))
    letter = world.create("letter", subject="not an address")
    (trace,) = world.traces("letter", letter.id)
    assert trace.outcome == "failed"
    assert trace.error
    assert "no address" in trace.error["en"]


def test_the_trace_of_a_mail_does_not_say_the_address(build: Build) -> None:
    world = build(SETTINGS, *DESK, rule("email: {to: guest.email, message: received}"))
    guest = world.create("guest", name="Citra", email="citra@example.com")
    letter = world.create("letter", subject="Key", guest=guest.id)
    assert "citra@" not in str(world.traces("letter", letter.id))


HOOK = """webhook: https://example.com/hook
    secret: {env: HOOK_KEY}
    body: {subject: subject, price: price, due: due, urgent: urgency = high, said: said}"""


def test_a_call_tells_what_the_step_names(build: Build) -> None:
    world = build(SETTINGS, *DESK, rule(HOOK))
    world.create("letter", subject="Key", price="12.50", due="2026-11-21", urgency="high")
    (effect,) = outbox(world)
    assert effect.payload["body"]["data"] == {
        "subject": "Key", "price": "12.50", "due": "2026-11-21", "urgent": True, "said": None
    }  # fmt: skip
    assert effect.payload["body"]["type"] == "answer"


def test_the_secret_of_a_call_is_not_kept(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_KEY", "open sesame")
    world = build(SETTINGS, *DESK, rule(HOOK))
    world.create("letter", subject="Key")
    assert "open sesame" not in str(outbox(world))


def test_a_call_in_the_clear_is_for_hosts_that_are_allowed(build: Build) -> None:
    keys = settings(webhooks="{private: [erp.local]}")
    build(keys, *DESK, rule(HOOK.replace("https://example.com", "http://erp.local")))
    with pytest.raises(AssertionError, match="cannot be called"):
        build(SETTINGS, *DESK, rule(HOOK.replace("https://example.com", "http://erp.local")))
