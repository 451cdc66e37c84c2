"""A small clinic: people, what is about them, and what is about somebody else."""

from __future__ import annotations

from pathlib import Path

from relasi.deploy import Stamp, apply, make_plan
from relasi.runtime import open_model
from relasi.schema.fields.base import Value
from tests.records.world import NOW, Clock, Ids, World, compiled

ROLES = "roles: {clerk: , officer: }"
PURPOSES = """
crm: 1
name: Clinic
languages: [en, id]
currency: EUR
time_zone: Asia/Jakarta
purposes: {care: {consent: required}}
"""
PERSON = """
entity: person
label: {en: Person, id: Orang}
plural: {en: People, id: Orang}
title: "{name}"
person: true
purpose: care
fields:
  name: {type: text, required: true, personal: true, index: true}
  email: {type: email, unique: true, personal: true}
  phone: {type: phone, personal: true}
  born: {type: date, personal: true}
  portrait: {type: image, personal: true}
  tier: {type: choice, options: [plain, gold], default: plain}
  owner: {type: user, default: me}
search: [name, email]
access:
  clerk: {read: all, create: true, update: all, delete: true}
  officer: {read: all, erase: all}
"""
VISIT = """
entity: visit
label: {en: Visit, id: Kunjungan}
title: "{number} {person.name}"
belongs_to: person
fields:
  number: {type: series, pattern: "V-{n:03}"}
  person: {type: link, to: person, on_delete: restrict}
  called: {type: copy, from: person.name, when: on create}
  story: {type: long_text, personal: true}
  fee: money
  papers: {type: files, personal: true}
access:
  clerk: {read: all, create: true, update: all, delete: true}
"""
CALL = """
entity: call
label: {en: Call, id: Panggilan}
on_erase: delete
belongs_to: [person, friend]
fields:
  person: {type: link, to: person, on_delete: clear}
  friend: {type: link, to: person, on_delete: clear}
  said: {type: long_text, personal: true}
access:
  clerk: {read: all, create: true, update: all, delete: true}
"""
BILL = """
entity: bill
label: {en: Bill, id: Tagihan}
belongs_to: visit
on_erase: {do: keep, because: {en: Bills are kept for ten years., id: Tagihan disimpan sepuluh tahun.}}
fields:
  visit: {type: link, to: visit, on_delete: restrict}
  addressee: {type: text, personal: true}
  amount: money
access:
  clerk: {read: all, create: true, update: all, delete: true}
"""
WARD = """
entity: ward
label: {en: Ward, id: Bangsal}
fields:
  name: text
  head: {type: link, to: person, on_delete: clear}
  head_name: {type: copy, from: head.name}
access:
  clerk: {read: all, create: true, update: all, delete: true}
"""
MAIL = """
message: hello
subject: {en: "Hello {name}", id: "Halo {name}"}
body: {en: "Dear {name}", id: "Yth. {name}"}
"""
TEXTS = (PERSON, VISIT, CALL, BILL, WARD, ROLES, PURPOSES)


def clinic(root: Path, *more: str) -> World:
    """With ids as they are in life: no short one stands in a text by chance."""
    model = compiled(root, (*TEXTS, *more))
    clock, ids = Clock(), Ids("0193b0aa-7f00-7000-8000-")
    world = World(open_model(root, model, clock=clock, new_id=ids), clock, ids)
    apply(make_plan(model, world.crm.database, now=NOW), model, world.crm.database, Stamp("deployed", NOW))
    return world


def person(world: World, name: str, **values: Value) -> str:
    return world.create("person", name=name, email=f"{name.lower()}@mail.example.id", **values).id


def bytes_of(world: World) -> bytes:
    """All that lies in the project's data on the disk."""
    world.crm.database.close()
    files = (path for path in (world.crm.root / "data").rglob("*") if path.is_file())
    return b"".join(path.read_bytes() for path in files)
