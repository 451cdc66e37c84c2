from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relasi.messages.rendering import Rendered, one_line, render
from relasi.schema.expressions import Situation, Template
from relasi.schema.labels import label_of
from relasi.schema.model.mail import Message
from relasi.schema.scope import ModelScope
from tests.builders import entity, model

MODEL = model(entity("note", {"title": "text", "said": "long_text"}))
SCOPE = ModelScope(MODEL, "note")


def rendered(body: str, subject: str = "{title}", signature: str = "", **values: Any) -> Rendered:
    message = Message(
        name="m",
        label=label_of("m", "m", ("en",)),
        entity="note",
        purpose="service",
        language=None,
        subject={"en": Template.parse(subject, SCOPE)},
        body={"en": Template.parse(body, SCOPE)},
        signature={"en": Template.parse(signature, SCOPE)} if signature else None,
    )
    situation = Situation(record=values, now=datetime(2026, 11, 21, tzinfo=UTC), zone=ZoneInfo("UTC"))
    return render(message, "en", situation, lambda value, _: str(value))


def test_marks_become_tags_and_plain_lines() -> None:
    made = rendered(
        "# Hello\nDear **{title}**,\nsee [this](https://example.com).\n\n- one\n- *two*\n\n1. first",
        title="Ani",
    )
    assert made.html == (
        '<h3>Hello</h3>\n<p>Dear <strong>Ani</strong>,<br>see <a href="https://example.com">this</a>.</p>\n'
        "<ul><li>one</li><li><em>two</em></li></ul>\n<ol><li>first</li></ol>"
    )
    assert made.text == ("Hello\n\nDear Ani,\nsee this (https://example.com).\n\n- one\n- two\n\n1. first")


def test_a_value_is_never_a_mark_a_link_or_a_tag() -> None:
    said = "**bold** [x](https://evil.example) <img src=x onerror=alert(1)>"
    made = rendered("He said: {said}", said=said)
    assert made.text == f"He said: {said}"
    assert made.html == (
        "<p>He said: **bold** [x](https://evil.example) &lt;img src=x onerror=alert(1)&gt;</p>"
    )


def test_a_value_inside_a_link_stays_a_part_of_its_address() -> None:
    made = rendered("[open](https://example.com/{title}/end)", title='a/../b?c="d"&e=1')
    assert 'href="https://example.com/a%2F..%2Fb%3Fc%3D%22d%22%26e%3D1/end"' in made.html


def test_a_value_cannot_be_a_whole_address() -> None:
    made = rendered("[open]({title})", title="javascript:alert(1)")
    assert "<a" not in made.html


def test_an_author_who_writes_html_gets_it_shown() -> None:
    assert rendered("<script>x</script>").html == "<p>&lt;script&gt;x&lt;/script&gt;</p>"


def test_the_signature_stands_below_without_lines_in_which_nothing_is() -> None:
    made = rendered("Hello", signature="Yours\n{title}\n{said}", title="*A* & B", said="")
    assert made.text == "Hello\n\nYours\n*A* & B"
    assert made.html == "<p>Hello</p>\n<p>Yours<br>*A* &amp; B</p>"


def test_for_paper_the_same_comes_as_data() -> None:
    made = rendered("Dear **{title}**,\n\n- [x](https://example.com/{said})", title="*A*", said="b c")
    assert made.blocks == [
        {
            "kind": "paragraph",
            "lines": [[{"text": "Dear "}, {"text": "*A*", "look": "strong"}, {"text": ","}]],
        },
        {"kind": "list", "lines": [[{"text": "x", "href": "https://example.com/b%20c"}]]},
    ]


def test_lines_of_a_value_stay_lines() -> None:
    made = rendered("{said}", said="one\ntwo")
    assert (made.text, made.html) == ("one\ntwo", "<p>one<br>two</p>")


def test_what_is_empty_leaves_no_marks() -> None:
    assert rendered("Dear **{title}**, hello").text == "Dear , hello"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x0b", "\x85", "\u2028", "\u2029", "\0"])
def test_a_value_cannot_begin_a_header(end: str) -> None:
    assert rendered("x", title=f"Hello{end}Bcc: all@example.com").subject == "Hello Bcc: all@example.com"


@given(st.text())
def test_a_header_is_one_line_of_what_can_be_seen(text: str) -> None:
    line = one_line(text)
    assert line.isprintable()
    assert len(line) <= 250


@given(st.text())
def test_a_value_stands_in_the_text_as_it_is(value: str) -> None:
    if value:
        assert rendered("<{said}>", said=value).text == f"<{value}>"
