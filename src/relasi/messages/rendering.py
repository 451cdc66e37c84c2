"""A message filled in for one reader: its subject, and its body as plain text, as HTML and as plain data.

What stands in a hole is a value and nothing else: it cannot begin a header, a link, a list or a tag.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from relasi.schema.expressions import Expression, Format, Situation, Template
from relasi.schema.fields.notation.markup import Block, Span, blocks
from relasi.schema.model.mail import Message

_LONGEST_SUBJECT = 250
_MARK = re.compile("\ue000([0-9]+)\ue001")
"""Stands for a value while the author's marks are read; private characters, which no text of a page holds."""
_TAGS = {"paragraph": "p", "heading": "h3", "quote": "blockquote", "list": "ul", "steps": "ol"}
TABLE = "table"
_LEFT, _RIGHT = "text-align:left;padding:4px 8px", "text-align:right;padding:4px 8px"
_LINE = "border-bottom:1px solid #ccc"
_LOOKS = {"strong": "strong", "emphasis": "em", "code": "code"}


@dataclass(frozen=True, slots=True)
class Rendered:
    """`subject` is one line of printable characters; `html` is the inside of a body. `blocks` and `signature`
    are the same as data, for paper."""

    subject: str
    text: str
    html: str
    blocks: Sequence[Block] = ()
    signature: Sequence[str] = ()


def render(
    message: Message,
    language: str,
    situation: Situation,
    write: Format,
    *,
    table: Block | None = None,
    link: Span | None = None,
) -> Rendered:
    """The message in a language. `situation` decides what the reader may know; `table` and `link` stand below
    the body, with what closes the message between them."""
    subject: Template = message.subject[language]
    values: list[str] = []
    parts = blocks(_marked(message.body[language], situation, write, values))
    parts += [_noted(table, values)] if table else []
    parts += blocks(_marked(message.closing[language], situation, write, values)) if message.closing else []
    parts += [Block(kind="paragraph", lines=[[link]])] if link else []
    signature = lines_of(message.signature[language].render(situation, write)) if message.signature else ()
    insert = _inserter(values, lambda value: value)
    return Rendered(
        subject=one_line(subject.render(situation, write)),
        text="\n\n".join(filter(None, [_as_text(parts, insert), "\n".join(signature)])),
        html=_as_html(parts, values, signature),
        blocks=[_filled(block, insert) for block in parts],
        signature=signature,
    )


def language_of(message: Message, situation: Situation, languages: tuple[str, ...]) -> str:
    """The recipient's, where the project speaks it; else its first."""
    wanted = message.language.evaluate(situation) if message.language else None
    return wanted if wanted in languages else languages[0]


def one_line(text: str) -> str:
    """The text as a header may hold it: whatever would end a line, or cannot be seen, is a blank."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:_LONGEST_SUBJECT]


def lines_of(text: str) -> tuple[str, ...]:
    """The lines in which anything can be seen."""
    return tuple(line for each in text.splitlines() if (line := one_line(each)))


def as_text_and_html(parts: Sequence[Block]) -> tuple[str, str]:
    """What is data already, without marks of an author."""
    return _as_text(parts, lambda text: text), _as_html(parts, [], ())


def as_html(text: str) -> str:
    """What an author wrote, with marks and without holes."""
    return _as_html(blocks(text), [], ())


def _marked(template: Template, situation: Situation, write: Format, values: list[str]) -> str:
    """The text with a mark in place of each value; the values are added to those that there are."""

    def mark(value: object, hole: Expression) -> str:
        shown = write(value, hole)
        return _mark(shown, values) if shown else ""

    return template.render(situation, mark).replace("****", "")  # what stood between was empty


def _noted(table: Block, values: list[str]) -> Block:
    """The table with a mark in place of each text."""
    lines: list[list[Span]] = [
        [{"text": _mark(span["text"], values)} for span in line] for line in table["lines"]
    ]
    return {**table, "lines": lines}


def _mark(value: str, values: list[str]) -> str:
    values.append(value)
    return f"\ue000{len(values) - 1}\ue001"


def _inserter(values: list[str], treat: Callable[[str], str]) -> Callable[[str], str]:
    """Puts the values back in place of their marks."""

    def known(match: re.Match[str]) -> str:
        number = int(match[1])
        return treat(values[number]) if number < len(values) else ""

    return lambda text: _MARK.sub(known, text)


def _as_text(parts: Iterable[Block], insert: Callable[[str], str]) -> str:
    return "\n\n".join("\n".join(_text_lines(block, insert)) for block in parts)


def _text_lines(block: Block, insert: Callable[[str], str]) -> Iterable[str]:
    if block["kind"] == TABLE:
        yield from (" | ".join(_text_span(span, insert) for span in spans) for spans in block["lines"])
        return
    for number, spans in enumerate(block["lines"], 1):
        line = "".join(_text_span(span, insert) for span in spans)
        lead = {"list": "- ", "steps": f"{number}. ", "quote": "> "}.get(block["kind"], "")
        yield lead + line


def _text_span(span: Span, insert: Callable[[str], str]) -> str:
    text = insert(span["text"])
    if "href" not in span:
        return text
    target = _target(span["href"], insert)
    return text if text == target else f"{text} ({target})"


def _filled(block: Block, insert: Callable[[str], str]) -> Block:
    return {**block, "lines": [[_span(span, insert) for span in line] for line in block["lines"]]}


def _span(span: Span, insert: Callable[[str], str]) -> Span:
    filled: Span = {**span, "text": insert(span["text"])}
    if "href" in span:
        filled["href"] = _target(span["href"], insert)
    return filled


def _as_html(parts: Iterable[Block], values: list[str], signature: Sequence[str]) -> str:
    insert = _inserter(values, lambda value: escape(value).replace("\n", "<br>"))
    plain = _inserter(values, lambda value: value)
    found = [_html_block(block, insert, plain) for block in parts]
    if signature:
        found.append(f"<p>{'<br>'.join(map(escape, signature))}</p>")
    return "\n".join(found)


def _html_block(block: Block, insert: Callable[[str], str], plain: Callable[[str], str]) -> str:
    if block["kind"] == TABLE:
        return _html_table(block, insert, plain)
    lines = ["".join(_html_span(span, insert, plain) for span in spans) for spans in block["lines"]]
    tag = _TAGS[block["kind"]]
    if tag in ("ul", "ol"):
        return f"<{tag}>{''.join(f'<li>{line}</li>' for line in lines)}</{tag}>"
    return f"<{tag}>{'<br>'.join(lines)}</{tag}>"


def _html_table(block: Block, insert: Callable[[str], str], plain: Callable[[str], str]) -> str:
    """Styles stand at each cell: mail programs know no others."""
    names, *rows = [[_html_span(span, insert, plain) for span in spans] for spans in block["lines"]]
    right, below = block["right"], block["below"]
    body, sums = rows[: len(rows) - below], rows[len(rows) - below :]
    lines = [_html_row("th", names, right), *(_html_row("td", row, right) for row in body)]
    span = f' colspan="{max(len(names) - 1, 1)}"'
    lines += (
        f'<tr><td{span} style="{_RIGHT}">{label}</td><td style="{_RIGHT}">{figure}</td></tr>'
        for label, figure in sums
    )
    return f'<table style="border-collapse:collapse;width:100%">{"".join(lines)}</table>'


def _html_row(tag: str, cells: Sequence[str], right: Sequence[bool]) -> str:
    styles = (f"{_RIGHT if each else _LEFT};{_LINE}" for each in right)
    found = (f'<{tag} style="{style}">{cell}</{tag}>' for cell, style in zip(cells, styles, strict=True))
    return f"<tr>{''.join(found)}</tr>"


def _html_span(span: Span, insert: Callable[[str], str], plain: Callable[[str], str]) -> str:
    text = insert(escape(span["text"]))
    if "href" in span:
        return f'<a href="{escape(_target(span["href"], plain), quote=True)}">{text}</a>'
    look = _LOOKS.get(span.get("look", ""))
    return f"<{look}>{text}</{look}>" if look else text


def _target(href: str, insert: Callable[[str], str]) -> str:
    """The address of a link; a value inside it is only ever a part of it."""
    parts = _MARK.split(href)
    return "".join(
        quote(insert(f"\ue000{part}\ue001"), safe="") if position % 2 else part
        for position, part in enumerate(parts)
    )
