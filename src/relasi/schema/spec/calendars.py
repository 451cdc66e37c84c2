"""`calendars:` of crm.yaml: when the company works."""

from __future__ import annotations

from pydantic import Field

from relasi.schema.spec.base import LabelSpec, Spec


class HolidaysSpec(Spec):
    country: str | None = Field(None, description="whose public holidays are days off: ISO 3166, such as ID")
    region: str | None = Field(None, description="a part of the country that has holidays of its own")
    add: dict[str, str] = Field({}, description="further days off: {2026-12-24: Annual leave}")
    remove: list[str] = Field([], description="holidays on which people work all the same: [2026-08-17]")


class CalendarSpec(Spec):
    label: LabelSpec | None = Field(None, description="what people call it")
    hours: dict[str, str | list[str]] = Field(
        min_length=1,
        description='weekdays and their hours: {mon-thu: ["08:00-12:00", "13:00-17:00"], fri: "08:00-16:00"};'
        " what goes on past midnight is written on both days, to 24:00 and from 00:00",
    )
    holidays: str | HolidaysSpec | None = Field(
        None, description="a country whose public holidays are days off, or more about them"
    )
    time_zone: str | None = Field(None, description="IANA name; that of the company if absent")
