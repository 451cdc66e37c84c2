"""config/forms/*.yaml: what anybody may fill in on the web, and which record it makes."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from relasi.schema.spec.base import Condition, LabelSpec, Name, Spec


class AskedSpec(Spec):
    label: LabelSpec | None = Field(None, description="the question; the label of the field if absent")
    help: LabelSpec | None = Field(None, description="a sentence below it; that of the field if absent")
    required: bool | None = Field(
        None, description="true: must be filled in here; what the entity needs is needed here anyway"
    )
    choose: Condition | None = Field(
        None, description="for a link: which of its records anybody may see by title and choose"
    )


class AgreementSpec(Spec):
    text: LabelSpec = Field(description="what people agree to, word for word; it is kept with their answer")
    address: str = Field(description="the field of the form with the e-mail address that it is about")
    required: bool = Field(False, description="true: the form is not taken without it")


class FormSpec(Spec):
    form: Name = Field(description="the name; people open /form/NAME")
    label: LabelSpec | None = Field(None, description="the heading")
    text: LabelSpec | None = Field(
        None, description="what stands above the fields; **strong**, lists and [links](https://…) work"
    )
    entity: str = Field(description="the entity of the record that it makes, or fills in")
    fills: Condition | None = Field(
        None,
        description="it fills in a record that is there, and makes none: true, or the condition under which "
        "that can be done; people get there by the link of a message that `asks`",
    )
    fields: dict[str, AskedSpec | None] = Field(
        min_length=1, description="the fields in their order, each with what is said otherwise than elsewhere"
    )
    set: dict[str, Any] = Field({}, description="field: the same value for all that comes in")
    consents: dict[str, AgreementSpec] = Field(
        {}, description="purpose of crm.yaml: the box to tick by which people agree to it"
    )
    button: LabelSpec | None = Field(None, description="the word on the button")
    thanks: LabelSpec | None = Field(None, description="what is said when it has arrived")
    then: str | None = Field(None, description="the page to go to instead, https://…")
    languages: list[str] | None = Field(
        None, description="those that it can be read in; all of the project if absent"
    )
    embed: list[str] = Field(
        [], description="sites that may show it inside their pages or send to it, https://www.example.com"
    )
    open: bool = Field(True, description="false: the page says that nothing can be sent any more")
