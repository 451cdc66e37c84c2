"""A made-up project of the size of a whole company: 100 entities, 2,000 fields, 200 workflows."""

from __future__ import annotations

from pathlib import Path

ENTITIES = 100
WORKFLOWS = 200
DEPARTMENTS = 10

SETTINGS = """\
crm: 1
name: Big
languages: [en, id]
currency: IDR
time_zone: Asia/Jakarta
platform: local
"""
PLATFORM = "platform: local\nkind: sqlite\n"
VALUE_LISTS = """\
value_lists:
  channels:
    phone: {label: {en: Phone, id: Telepon}, color: blue}
    email: {label: {en: E-mail, id: Email}, color: violet}
    web: {label: {en: Website, id: Situs web}}
    branch: {label: {en: Branch, id: Cabang}}
"""
FIELDS = """\
  name: {{type: text, label: {{en: Name, id: Nama}}, required: true, max_length: 160, index: true}}
  number: {{type: series, label: {{en: Number, id: Nomor}}, pattern: "E{number:02}-{{year}}-{{n:05}}"}}
  parent: {{type: link, to: {parent}, label: {{en: Parent, id: Induk}}, on_delete: restrict}}
  about: {{type: link, to: [{parent}, {other}], label: {{en: About, id: Mengenai}}, on_delete: clear}}
  channel: {{type: choice, options: channels, label: {{en: Came through, id: Masuk lewat}}, default: phone}}
  priority:
    type: choice
    label: {{en: Priority, id: Prioritas}}
    options:
      low: {{label: {{en: Low, id: Rendah}}, color: gray}}
      normal: {{label: {{en: Normal, id: Biasa}}, color: blue}}
      high: {{label: {{en: High, id: Tinggi}}, color: red}}
    required: true
    default: normal
    index: true
  amount: {{type: money, label: {{en: Amount, id: Nilai}}, min: 0}}
  discount: {{type: percent, label: {{en: Discount, id: Potongan}}, min: 0, max: 100, default: 0}}
  weight: {{type: decimal, label: {{en: Weight, id: Berat}}, places: 3}}
  pieces: {{type: number, label: {{en: Pieces, id: Jumlah}}, min: 0}}
  received_at: {{type: datetime, label: {{en: Received, id: Diterima}}, default: now, index: true}}
  due_on: {{type: date, label: {{en: Due, id: Tenggat}}, visible_when: "status.kind != done"}}
  effort: {{type: duration, label: {{en: Effort, id: Waktu}}, read_only_when: status.kind = done}}
  email: {{type: email, label: {{en: E-mail, id: Email}}}}
  phone: {{type: phone, label: {{en: Phone, id: Telepon}}}}
  website: {{type: url, label: {{en: Website, id: Situs web}}, visible_when: channel = web}}
  tags: {{type: multi_choice, options: channels, label: {{en: Tags, id: Tanda}}}}
  urgent: {{type: boolean, label: {{en: Urgent, id: Mendesak}}, default: false}}
  owner: {{type: user, label: {{en: Responsible, id: Penanggung jawab}}, default: me}}
  notes: {{type: long_text, label: {{en: Notes, id: Catatan}}, required_when: priority = high and amount > 9}}
"""
ENTITY = """\
entity: {name}
label: {{en: Entity {number}, id: Entitas {number}}}
plural: {{en: Entities {number}, id: Entitas {number}}}
title: "{{number}} {{name}}"

fields:
{fields}
process:
  states:
    new: {{kind: open, label: {{en: New, id: Baru}}, color: blue}}
    in_progress: {{kind: open, label: {{en: In progress, id: Dikerjakan}}, color: orange}}
    waiting: {{kind: paused, label: {{en: Waiting, id: Menunggu}}, color: gray}}
    done: {{kind: done, label: {{en: Done, id: Selesai}}, color: green}}
  moves:
    start: {{label: {{en: Start, id: Mulai}}, from: [new], to: in_progress, who: [agent]}}
    wait: {{label: {{en: Wait, id: Tunggu}}, from: [in_progress], to: waiting, who: [agent]}}
    resume: {{label: {{en: Resume, id: Lanjutkan}}, from: [waiting], to: in_progress, who: [agent]}}
    finish:
      label: {{en: Finish, id: Selesaikan}}
      from: [in_progress, waiting]
      to: done
      who: [agent]
      needs: [notes]
      if: amount is not empty
    reopen: {{label: {{en: Reopen, id: Buka kembali}}, from: [done], to: in_progress, who: [manager]}}

form:
  what:
    label: {{en: What, id: Apa}}
    fields:
      - [name, number]
      - [parent, about]
      - [channel, priority]
      - [amount, discount]
      - [weight, pieces]
  when:
    label: {{en: When, id: Kapan}}
    fields:
      - [received_at, due_on]
      - [effort, urgent]
      - [email, phone, website]
      - [tags, owner]
      - notes

lists:
  open:
    label: {{en: Open, id: Belum selesai}}
    where: status.kind != done
    sort: [-received_at]
    columns: [number, name, parent, priority, status, owner]
  mine:
    label: {{en: Mine, id: Milik saya}}
    where: owner = user and status.kind != done
    sort: [-received_at]
    columns: [number, name, priority, status, received_at]
  heavy:
    label: {{en: Heavy, id: Berat}}
    where: amount * (100 - discount) / 100 > 5000000 and priority in [normal, high]
    sort: [name]
    columns: [number, name, amount, weight]

search: [name, number, email, phone]

access:
  agent: {{read: all, create: true, update: own}}
  manager: {{update: all, delete: own}}
  partner: {{read: owner = user and priority != high, hide: [amount, discount]}}
"""
WORKFLOW = """\
workflow: {name}
label: {{en: Rule {number}, id: Aturan {number}}}
entity: {entity}
when: [created, {{changed: [priority, amount]}}]
if: priority = high and status.kind != done and amount >= {number}000
runs: once per record
do:
  - assign: {{to: role.agent, by: least_busy, busy: status.kind = open}}
  - set: {{urgent: true, due_on: "today() + 3 days"}}
  - create: {other}
    set:
      name: "Follow up {{number}} {{name}}"
      parent: {link}
      amount: amount / 2
      due_on: coalesce(due_on, today()) + 7 days
"""


def write_big_project(root: Path) -> None:
    """Writes the files into a folder."""
    files = {"config/crm.yaml": SETTINGS, "config/platforms/local.yaml": PLATFORM}
    files["config/value_lists.yaml"] = VALUE_LISTS
    files["config/roles.yaml"] = _roles()
    files |= {f"config/departments/unit_{number}.yaml": _department(number) for number in range(DEPARTMENTS)}
    files |= {f"schema/{_name(number)}.yaml": _entity(number) for number in range(ENTITIES)}
    files |= {f"workflows/rule_{number}.yaml": _workflow(number) for number in range(WORKFLOWS)}
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def _name(number: int) -> str:
    return f"entity_{number % ENTITIES}"


def _roles() -> str:
    labels = {"agent": "Agen", "manager": "Manajer", "partner": "Mitra"}
    includes = {"manager": ", includes: [agent]"}
    return "roles:\n" + "".join(
        f"  {name}: {{label: {{en: {name.title()}, id: {label}}}{includes.get(name, '')}}}\n"
        for name, label in labels.items()
    )


def _department(number: int) -> str:
    share = ENTITIES // DEPARTMENTS
    menu = "".join(f"  {_name(each)}:\n" for each in range(number * share, (number + 1) * share))
    label = f"label: {{en: Unit {number}, id: Unit {number}}}\n"
    return f"department: unit_{number}\n{label}roles: [manager, partner]\nmenu:\n{menu}"


def _entity(number: int) -> str:
    fields = FIELDS.format(number=number, parent=_name(number + 1), other=_name(number + 2))
    return ENTITY.format(name=_name(number), number=number, fields=fields)


def _workflow(number: int) -> str:
    """A rule that makes a record of the entity which the `parent` of its own one points to, or of its own."""
    own = number % ENTITIES
    other, link = (own, "parent") if number < ENTITIES else (own + ENTITIES - 1, "record")
    return WORKFLOW.format(
        name=f"rule_{number}", number=number, entity=_name(own), other=_name(other), link=link
    )
