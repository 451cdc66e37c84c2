"""Maps: every mistake is found before the first row, at its place, with the nearest word."""

from __future__ import annotations

from pathlib import Path

import pytest

from relasi.diagnostics import Diagnostic
from relasi.errors import ImportRefused
from relasi.importing.prepare import prepare
from tests.importing.conftest import Write
from tests.importing.loading import content

FILE = "Name,Company,City,Kind\nBudi,PT X,Solo,Firma\n"


def problems(write: Write, entity: str, map_text: str, file: str = FILE) -> list[Diagnostic]:
    made, diagnostics = prepare(
        content(), content().entities[entity], write("a.csv", file), map_file=write("map.yaml", map_text)
    )
    assert (made is None) == bool(len(diagnostics))
    return list(diagnostics)


@pytest.mark.parametrize(
    ("entity", "line", "message", "suggestion"),
    [
        ("customer", "  nama: Name", 'there is no field of customer "nama"', "name"),
        ("customer", "  city: Citty", 'the file has no column "Citty"', "City"),
        ("customer", "  city: {from: Citty}", 'the file has no column "Citty"', "City"),
        ("customer", '  city: {template: "in {Citty}"}', 'the file has no column "Citty"', "City"),
        (
            "customer",
            "  kind: {from: Kind, values: {Firma: compny}}",
            'there is no option "compny"',
            "company",
        ),
        ("customer", "  kind: {value: persn}", 'there is no option "persn"', "person"),
        ("customer", "  kind: {from: Kind, otherwise: x}", 'there is no option "x"', None),
        (
            "customer",
            "  city: {from: City, zone: Asia/Jakrta}",
            'there is no time zone "Asia/Jakrta"',
            "Asia/Jakarta",
        ),
        ("customer", "  city: {from: City, match: name}", '"city" is no link', None),
        ("customer", "  city: {value: a, from: City}", "say where the value comes from", None),
        ("customer", "  city: {}", "say where the value comes from", None),
        ("customer", "  owner: {from: City, match: e-mail}", 'there is no field of user "e-mail"', "email"),
        ("customer", "  owner: {from: City, create: {email: x}}", "an import makes no users", None),
        ("contact", "  customer: {from: Company, match: nme}", 'there is no field of customer "nme"', "name"),
        (
            "contact",
            "  customer: {from: Company, match: name, create: {name: x}}",
            '"name" gets what was looked for',
            None,
        ),
        (
            "contact",
            "  customer: {from: Company, match: name, create: {cty: x}}",
            'there is no field of customer "cty"',
            "city",
        ),
        (
            "contact",
            "  customer: {from: Company, match: name, create: {city: '{Citty}'}}",
            'the file has no column "Citty"',
            "City",
        ),
        ("customer", "  open_complaints: City", '"open_complaints" is made of other fields', None),
        ("customer", "  logo: City", '"logo" keeps files, a table has none', None),
        ("task", "  about: Company", '"about" links to several entities', None),
        (
            "task",
            "  about: {from: Company, to: custmer}",
            'there is no entity that about links to "custmer"',
            "customer",
        ),
    ],
)
def test_a_mistake_in_a_field_is_found_in_its_line(
    write: Write, entity: str, line: str, message: str, suggestion: str | None
) -> None:
    required = {"customer": "  name: Name\n", "contact": "  name: Name\n", "task": "  subject: Name\n"}[
        entity
    ]
    if entity == "contact" and "customer:" not in line:
        required += "  customer: Company\n"
    found = problems(write, entity, f"import: {entity}\nfields:\n{required}{line}\n")
    assert [(each.message, each.suggestion) for each in found] == [(message, suggestion)]
    assert found[0].span.line == 3 + required.count("\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import: contact\nfields: {name: Name}\n", 'there is no entity being imported "contact"'),
        ("import: customer\nfields: {city: City}\n", 'nothing fills "name", which every customer needs'),
        (
            "import: customer\nkey: nmae\nfields: {name: Name}\n",
            'there is no field of this map (no link) called "nmae"',
        ),
        ("import: customer\nskip_when_empty: Nme\nfields: {name: Name}\n", 'the file has no column "Nme"'),
        ("import: customer\n", '"fields" is missing'),
        (
            "import: customer\nfields: {name: Name}\nfields: {}\n",
            'the key "fields" is written twice in the same place',
        ),
        ("- a\n", "a map begins with import: and the name of an entity"),
    ],
)
def test_a_mistake_in_the_map_as_a_whole_is_found(write: Write, text: str, message: str) -> None:
    assert message in [each.message for each in problems(write, "customer", text)]


def test_all_mistakes_are_found_in_one_run(write: Write) -> None:
    text = "import: customer\nkey: x\nfields:\n  name: Nme\n  city: Citty\n  kind: {value: x}\n"
    assert len(problems(write, "customer", text)) == 4


def test_a_map_that_cannot_be_read_is_a_mistake_of_the_map(write: Write, tmp_path: Path) -> None:
    made, diagnostics = prepare(
        content(), content().entities["customer"], write("a.csv", FILE), map_file=tmp_path / "none.yaml"
    )
    assert (made, [each.code for each in diagnostics]) == (None, ["unreadable"])


def test_columns_that_fill_nothing_are_named(write: Write) -> None:
    made, _ = prepare(
        content(),
        content().entities["customer"],
        write("a.csv", FILE),
        map_file=write("map.yaml", "import: customer\nfields: {name: Name, notes: {template: '{City}'}}\n"),
    )
    assert made is not None
    assert made.mapping.unused == ("Company", "Kind")


def test_without_a_map_a_missing_required_field_is_refused_with_the_nearest_column(write: Write) -> None:
    with pytest.raises(ImportRefused, match=r"No column fills name.*Is “Nmae” meant.*Nmae, City"):
        prepare(content(), content().entities["customer"], write("a.csv", "Nmae,City\nBudi,Solo\n"))


def test_without_a_map_a_file_of_strange_columns_is_refused(write: Write) -> None:
    with pytest.raises(ImportRefused, match="No column"):
        prepare(content(), content().entities["customer"], write("a.csv", "x1,y1\nBudi,Solo\n"))
