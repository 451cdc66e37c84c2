"""config/: the company, its people, its departments and the place where the records live."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, RootModel
from pydantic_core import PydanticCustomError

from relasi.schema.fields.choice import OptionsSpec
from relasi.schema.spec.base import LabelSpec, Name, Spec
from relasi.schema.spec.calendars import CalendarSpec
from relasi.schema.spec.mail import LetterheadSpec, MailSpec, PurposeSpec, SecretSpec, WebhooksSpec
from relasi.schema.spec.sign_in import SignInSpec


def _rate(written: Any) -> Any:  # Any: a plain value of YAML
    if isinstance(written, bool) or not isinstance(written, (int, Decimal)) or written <= 0:
        raise PydanticCustomError("rate", "a rate is a number greater than 0")
    return Decimal(written)


Rate = Annotated[Decimal, BeforeValidator(_rate, json_schema_input_type=float)]


class KeepSpec(Spec):
    notifications: str = Field("180 days", description="what people were told inside the app; days or weeks")
    outbox: str = Field("365 days", description="mails, calls and letters that are sent, withheld or dropped")
    runs: str = Field(
        "365 days",
        description="what rules did, from the end of a run on, and why they did not run; what a rule with"
        " runs: once per record did stays",
    )


class CrmSpec(Spec):
    crm: Literal[1] = Field(description="version of the language")
    name: str = Field(description="of the company, as people see it")
    base: Literal["relasi"] | None = Field(
        None, description="relasi: start from the content that Relasi ships"
    )
    template: Name | None = Field(
        None, description="an industry template over the base; relasi init --template writes it"
    )
    modules: list[Name] | None = Field(
        None, description="the modules that are used, of those in config/modules.yaml; all of them if absent"
    )
    languages: list[Literal["en", "id"]] = Field(
        ["en"], min_length=1, description="the first one is the default"
    )
    currency: str = Field("IDR", description="ISO 4217")
    rates: dict[str, Rate] = Field(
        {}, description="what one unit of another currency is worth in this one: {USD: 15500}"
    )
    region: str = Field(
        "ID", description="the country of telephone numbers without a country code: two capital letters"
    )
    time_zone: str = Field("UTC", description="IANA name, such as Asia/Jakarta")
    calendars: dict[Name, CalendarSpec] = Field(
        {}, description="when people work, for working hours and days; the first is the default"
    )
    platform: str = Field("local", description="a name from config/platforms/")
    keep: KeepSpec = Field(
        KeepSpec(), description="how long what is over is kept; what waits or failed always stays"
    )
    keep_removed: str = Field(
        "30 days", description="how long what a change takes away can be brought back; days or weeks"
    )
    studio: bool = Field(
        True,
        description="false: administrators do not change these files by way of the pages, as where a version "
        "control keeps them",
    )
    address: str | None = Field(
        None, description="where people open this CRM, such as https://crm.example.com; for links in mails"
    )
    sign_in: SignInSpec = Field(SignInSpec(), description="how people come in, besides passwords kept here")
    mail: MailSpec | None = Field(None, description="how mails are sent; without it they are kept and shown")
    letterhead: LetterheadSpec = Field(LetterheadSpec(), description="what stands on letters")
    purposes: dict[Name, PurposeSpec | None] = Field(
        {}, description="why people are written to, and whether they are asked; `service` is always there"
    )
    webhooks: WebhooksSpec = Field(WebhooksSpec(), description="what rules may call")
    data_keys: SecretSpec = Field(
        SecretSpec(file="keys/data.keys"),
        description="where the keys are found that encrypt fields; never in the folder of the database",
    )


class ModuleSpec(Spec):
    label: LabelSpec | None = Field(None, description="what people call the module")
    help: LabelSpec | None = Field(None, description="what it is for")
    needs: list[Name] = Field([], description="modules before it that must be on, too")


class ModulesSpec(RootModel[dict[Name, ModuleSpec | None]]):
    """What stands below `modules:`."""

    root: dict[Name, ModuleSpec | None] = Field(
        description="each module by the name of its folders, in order"
    )


class StartSpec(Spec):
    """What somebody sees first who opens the CRM without saying which page."""

    page: Literal["list", "dashboard", "inbox"] = Field(
        description="the first list of the department, its first dashboard, or what waits for the person"
    )
    department: str | None = Field(
        None, description="the department; the first that the person may enter if absent"
    )


class RoleSpec(Spec):
    label: LabelSpec | None = Field(None, description="what people call the role")
    module: Name | None = Field(None, description="nobody is offered the role where this module is off")
    includes: list[str] = Field([], description="roles whose rights this one has too")
    everything: bool = Field(False, description="may do everything; for administrators")
    outside: bool = Field(
        False,
        description="for people who do not work here, such as partners: nobody else's name is listed to them",
    )
    start: StartSpec | None = Field(
        None,
        description="where the day begins; of several roles the first that says so counts, "
        "and the first list of the first department if none does",
    )
    share_views: bool = Field(
        False, description="may share the views of lists that they save, with their team or with all"
    )
    second_factor: Literal["optional", "required"] = Field(
        "optional", description="required: whoever has the role signs in with a code of their device, too"
    )


class RolesSpec(RootModel[dict[Name, RoleSpec | None]]):
    """What stands below `roles:`."""

    root: dict[Name, RoleSpec | None] = Field(description="each role by its name")


class ValueListsSpec(RootModel[dict[Name, OptionsSpec]]):
    """What stands below `value_lists:`."""

    root: dict[Name, OptionsSpec] = Field(description="each list by its name")


class DepartmentSpec(Spec):
    department: Name = Field(description="the name, as in the address of its app")
    label: LabelSpec | None = Field(None, description="what people call the department")
    icon: str = Field("work", description="a Material Symbols name")
    roles: list[str] = Field(description="who may enter")
    menu: dict[str, list[str] | None] = Field(
        min_length=1, description="entity: its lists in order; all of them if left empty"
    )


class SampleUserSpec(Spec):
    full_name: str = Field(description="as people see it")
    email: str = Field(description="nothing is sent to it")
    roles: list[str] = Field(description="what the user may do")
    team: str | None = Field(None, description="the team that the user is in")
    skills: list[str] = Field([], description="what the user knows, for assigning by skill")
    territories: list[str] = Field([], description="where the user works, for assigning by territory")
    password: str = Field(description="shown on the sign-in page while there is sample data")
    language: Literal["en", "id"] | None = Field(
        None, description="of the pages; the first of the project if absent"
    )


class SampleSetSpec(Spec):
    count: int = Field(ge=0, le=1_000_000, description="how many records")
    at: str | dict[str, Any] | None = Field(
        None,
        description="when each record was entered: a field of it, or a recipe such as {days_ago: [0, 730]};"
        " without it, now",
    )
    grows: bool = Field(True, description="false: as many of them in a sample of any size, such as products")
    fields: dict[str, Any] = Field({}, description="field: how its value is made")


class SampleSpec(Spec):
    """What stands below `sample:`."""

    users: dict[Name, SampleUserSpec] = Field({}, description="people who can sign in at once")
    pools: dict[Name, list[str | int | float]] = Field({}, description="lists of values to pick from")
    seasons: list[Annotated[float, Field(ge=0)]] | None = Field(
        None,
        min_length=12,
        max_length=12,
        description="twelve weights, January first: how much happens in each month; even if absent",
    )
    records: dict[str, SampleSetSpec] = Field(
        {}, description="entity: how many, and how their fields are filled"
    )
