"""schema/*.yaml: one entity with all that belongs to it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from relasi.schema.fields.notation.definitions import Names, OldNames, OnEraseKey, RetentionKey
from relasi.schema.spec.base import Condition, LabelSpec, Name, Spec
from relasi.schema.spec.dashboard import PanelSpec
from relasi.schema.spec.duplicates import MergeSpec, QualitySpec, TwinSpec
from relasi.schema.spec.layout import BoardSpec, CalendarSpec, WorkSpec
from relasi.schema.spec.process import ProcessSpec
from relasi.schema.spec.sla import SlaSpec
from relasi.schema.spec.trial import Tests


class SectionSpec(Spec):
    label: LabelSpec | None = Field(None, description="the heading")
    fields: list[str | list[str]] = Field(
        min_length=1, description="field names; names in a list of their own stand side by side"
    )
    columns: int = Field(1, ge=1, le=4, description="how many of the fields named alone stand side by side")
    visible_when: Condition | None = Field(None, description="the condition under which it appears")
    required_when: Condition | None = Field(
        None, description="the condition under which each of its fields must be filled"
    )
    read_only_when: Condition | None = Field(
        None, description="the condition under which people may not change its fields"
    )


class TabSpec(Spec):
    label: LabelSpec | None = Field(None, description="the words on the tab")
    sections: list[str] = Field(min_length=1, description="sections of the form, in order")


class FormSpec(Spec):
    """One of several forms of an entity."""

    when: Condition | None = Field(None, description="the records that it is for")
    roles: list[str] = Field([], description="the roles that it is for; everybody if empty")
    sections: dict[Name, SectionSpec] = Field(min_length=1, description="sections in order")


class ListSpec(Spec):
    label: LabelSpec | None = Field(None, description="the name on the tab")
    where: Condition | None = Field(None, description="which records")
    sort: list[str] = Field([], description="field names; a minus in front turns the order round")
    columns: list[str] = Field(min_length=1, description="field names")
    work: WorkSpec | None = Field(
        None, description="the list can be worked through, one record after the other; {} is enough"
    )


class TimelineSpec(Spec):
    on: str | list[str] = Field(
        description="link fields: these records stand on the timelines of what they link to"
    )
    at: str = Field(description="the date and time field that gives the place on the timeline")


class DenialSpec(Spec):
    """What a role may not do, whatever this or any other role grants."""

    read: Condition | None = Field(
        None, description="records that do not exist for the role: all, own, team, tree, or a condition"
    )
    create: bool | None = Field(None, description="true: the role never makes new records")
    update: Condition | None = Field(None, description="records that it never changes")
    delete: Condition | None = Field(None, description="records that it never deletes")
    export: Condition | None = Field(None, description="records that it never takes out in a file")
    erase: Condition | None = Field(None, description="people whom it never erases")
    import_: bool | None = Field(None, alias="import", description="true: the role never imports files")
    move: Condition | list[str] | dict[str, Condition] = Field(
        False, description="moves that it never makes: their names, or each with the records meant"
    )


class MaskSpec(Spec):
    show: str = Field(
        description='"last 4" or "first 1" (with any number), initials, domain (of an e-mail address), '
        "or all: nothing but that there is a value"
    )
    unless: Condition | None = Field(None, description="records of which the role sees the whole value")
    searchable: Literal["exact"] | None = Field(
        None,
        description="exact: whoever types the whole value into a search finds the record, and no part of it",
    )


class GrantSpec(Spec):
    read: Condition | None = Field(
        None,
        description="all, none, own, team (the owner is in the same team), tree (or in a team below it), "
        "several of these with or between them, or a condition on the record",
    )
    create: bool | None = Field(None, description="whether the role may make new records")
    update: Condition | None = Field(None, description="as read")
    delete: Condition | None = Field(None, description="as read")
    export: Condition | None = Field(
        None, description="as read: which of the records that it sees it may take out in a file"
    )
    erase: Condition | None = Field(
        None,
        description="as read: of which people it may take out all that is known, and erase them; nobody may "
        "who does not pass all access rules, if absent",
    )
    import_: bool | None = Field(
        None,
        alias="import",
        description="whether the role may import files and take that back, each record as far as its other "
        "rights go",
    )
    move: Condition | list[str] | dict[str, Condition] | None = Field(
        None,
        description="as read, or the names of the moves that it may make, or each with the records on which; "
        "as update if absent",
    )
    hide: list[str] | dict[str, Condition] = Field(
        [], description="fields that the role does not see: their names, or each with the records meant"
    )
    mask: dict[str, str | MaskSpec] = Field(
        {}, description="fields of which the role sees a part, each with what is shown of it: last 4"
    )
    read_only: list[str] | dict[str, Condition] = Field(
        [], description="fields that the role sees and does not change: as hide"
    )
    deny: DenialSpec | None = Field(
        None, description="what the role may not do, whatever this or any other role grants"
    )


class RefusalSpec(Spec):
    when: Condition = Field(
        description="what is wrong with such a record; a comparison with an empty field is never true"
    )
    message: LabelSpec = Field(description="what people are told: what is wrong, and what to do")
    field: str | None = Field(None, description="the field that the message stands beside")


class EntitySpec(Spec):
    entity: Name = Field(description="the name, singular")
    was: OldNames = Field(
        (), description="the name, or names, that the entity had before; its records are kept"
    )
    label: LabelSpec | None = Field(None, description="what people call one record")
    plural: LabelSpec | None = Field(None, description="what people call several records")
    icon: str = Field("table_rows", description="a Material Symbols name")
    title: str = Field(
        "", description="how a record is called, with {field} holes; the first text field if absent"
    )
    fields: dict[Name, Any] = Field(
        min_length=1, description="name: type, or name: {type: ..., and the keys of that type}"
    )
    process: ProcessSpec | None = Field(None, description="the states that a record goes through")
    sla: dict[Name, SlaSpec] = Field(
        {}, description="agreed times, such as for an answer: each keeps a clock in the record"
    )
    form: dict[Name, SectionSpec] = Field(
        {}, description="sections in order; one section with all fields if absent"
    )
    forms: dict[Name, FormSpec] = Field(
        {},
        description="several forms instead of one: the first that is for the record and for whoever looks; "
        "the last is for all others",
    )
    tabs: dict[Name, TabSpec] = Field(
        {}, description="sections behind tabs, on the form and on the page of a record; others stand above"
    )
    lists: dict[Name, ListSpec] = Field(
        {}, description="saved lists in order; one list of everything if absent"
    )
    board: BoardSpec | None = Field(
        None, description="the lists as columns of cards; with a process there is one without it"
    )
    calendar: CalendarSpec | None = Field(None, description="the lists as a calendar")
    search: list[str] = Field(
        [],
        description="the text fields that the search box looks into, also those of linked records, "
        "by their paths; if absent, the texts of which the title is made",
    )
    timeline: TimelineSpec | None = Field(
        None, description="where these records show what happened, and when"
    )
    timeline_of: list[str] = Field(
        [],
        description="ENTITY.LINK: what stands on the timelines of the records that link here by it stands on "
        "this one's too",
    )
    unique: list[Annotated[list[str], Field(min_length=1)]] = Field(
        [], description="groups of fields whose values together occur once"
    )
    refuse: dict[Name, RefusalSpec] = Field(
        {}, description="records that are not saved, whoever enters, imports or changes them"
    )
    panels: dict[Name, PanelSpec] = Field(
        {},
        description="figures about the records that belong to one, on its page, in the words of a dashboard",
    )
    duplicates: dict[Name, TwinSpec] = Field(
        {}, description="by what records are told that may be one and the same; each rule for itself"
    )
    merge: MergeSpec | None = Field(
        None, description="which values stay when records that are one and the same are made one"
    )
    quality: QualitySpec | None = Field(
        None, description="what is expected of records: they are looked through once a day"
    )
    access: dict[Name, GrantSpec] = Field(
        {}, description="what each role may do; what is not granted is refused"
    )
    person: Condition = Field(
        False, description="whether a record is a person: true, or a condition such as kind = person"
    )
    belongs_to: Names = Field(
        (),
        description="link fields that lead to the person, or people, whom a record is about; also by way of "
        "records that belong to a person themselves",
    )
    purpose: Names = Field((), description="what its personal fields are kept for, where they do not say it")
    keep: RetentionKey | None = Field(
        None,
        description="how long people's data in its records are kept, such as 3 years after closed_at; "
        "{for: …, after: …, then: …} says what happens then",
    )
    on_erase: OnEraseKey | None = Field(
        None,
        description="what becomes of a record when the person whom it is about is erased: delete, anonymise "
        "(what is personal in it goes) if absent, or {do: keep, because: …}",
    )
    tests: Tests = Field({}, description="what must be true of its records: `relasi test` finds out")
