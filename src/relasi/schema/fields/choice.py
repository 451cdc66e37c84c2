"""One of a list of options, and how lists of options are written."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from itertools import islice
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    PrivateAttr,
    StringConstraints,
    Tag,
)
from pydantic_core import PydanticCustomError

from relasi.schema.expressions import types
from relasi.schema.fields.base import (
    FieldType,
    Kind,
    Option,
    Reading,
    Showing,
    Storage,
    Surroundings,
    Value,
    ValueProblem,
    Widget,
    quoted,
)
from relasi.schema.fields.notation.numbers import Exact
from relasi.schema.labels import LabelSpec, label_of, text

_MOST_TOLD = 12
Color = Literal["gray", "red", "orange", "yellow", "green", "blue", "violet"]
_KEY = r"^[a-z][a-z0-9_]*$"


def _option_key(written: Any) -> Any:  # Any: a plain value of YAML
    if isinstance(written, str) and re.match(_KEY, written):
        return written
    message = "an option is small letters, digits and _, a letter first; what people read goes into its label"
    raise PydanticCustomError("option_key", message)


OptionKey = Annotated[str, StringConstraints(pattern=_KEY), BeforeValidator(_option_key)]


class OptionSpec(BaseModel):
    """An option in its long form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: LabelSpec | None = None
    """What people see; made from the key where it is missing."""
    color: Color | None = None
    """The color of its badge."""
    weight: Exact | None = None
    """A number that conditions and formulas read as `field.weight`."""
    when: str | None = None
    """The condition on the record under which it can be chosen: `country = id`."""


def _long_form(written: Any) -> Any:  # Any: a plain value of YAML
    """`High` and `{en: High, id: Tinggi}` are short for `{label: ...}`, nothing for `{}`."""
    if written is None:
        return {}
    if isinstance(written, dict) and not all(re.fullmatch("[a-z]{2}", str(key)) for key in written):
        return written
    return {"label": written} if isinstance(written, (str, dict)) else written


def _keyed(written: Any) -> Any:  # Any: a plain value of YAML
    """`[low, high]` is short for `{low: , high: }`."""
    if not isinstance(written, list):
        return written
    twice = next((key for index, key in enumerate(written) if key in written[:index]), None)
    if twice is not None:
        help = "take one of them away"
        context = {"key": twice, "help": help}
        raise PydanticCustomError("duplicate_option", 'the option "{key}" stands here twice', context)
    if not all(isinstance(key, str) for key in written):
        message = "options are words; numbers, true and false cannot be options"
        raise PydanticCustomError("option_keys", message, {"help": "write some, such as [first, second]"})
    return dict.fromkeys(written)


def _some(options: dict[str, OptionSpec]) -> dict[str, OptionSpec]:
    if not options:
        context = {"help": "write some, such as [first, second]"}
        raise PydanticCustomError("no_options", "at least one option is needed", context)
    return options


OptionsSpec = Annotated[
    dict[
        OptionKey,
        Annotated[
            OptionSpec,
            BeforeValidator(_long_form, json_schema_input_type=LabelSpec | OptionSpec | None),
        ],
    ],
    AfterValidator(_some),
    BeforeValidator(
        _keyed, json_schema_input_type=list[OptionKey] | dict[OptionKey, LabelSpec | OptionSpec | None]
    ),
]
"""A list of options as authors write it: keys alone, or keys with labels and colors."""


def compile_options(spec: Mapping[str, OptionSpec], languages: tuple[str, ...]) -> Mapping[str, Option]:
    """The options in the order of the file."""
    return MappingProxyType(
        {
            key: Option(key, label_of(each.label, key, languages), each.color, each.weight, each.when)
            for key, each in spec.items()
        }
    )


def _form(written: Any) -> str:  # Any: a plain value of YAML
    return "<name>" if isinstance(written, str) else "<options>"


ListedSpec = Annotated[
    Annotated[str, Tag("<name>")] | Annotated[OptionsSpec, Tag("<options>")], Discriminator(_form)
]
"""Options, or the name of a value list."""


class ChoiceField(FieldType):
    """Values are the keys of options."""

    name: ClassVar[str] = "choice"
    summary: ClassVar[str] = "One of a list of options."
    widget: ClassVar[Widget] = Widget.SELECT

    options: ListedSpec
    """The options: `[low, high]`, keys with labels (`{high: Urgent}`), or the name of a value list."""

    move_records: dict[str, str] = {}
    """Where records go whose option is taken away: `{old: new}`."""

    _choices: Mapping[str, Option] = PrivateAttr(default_factory=dict)

    def connect(self, around: Surroundings) -> Self:
        resolved = self.model_copy()
        if isinstance(self.options, str):
            if self.options not in around.value_lists:
                message = f'there is no value list "{self.options}"'
                around.problem(
                    ("options",),
                    "unknown-value-list",
                    message,
                    word=self.options,
                    candidates=around.value_lists,
                    help="add it to config/value_lists.yaml, or write the options here: [first, second]",
                )
            resolved._choices = around.value_lists.get(self.options, {})
        else:
            resolved._choices = compile_options(self.options, around.languages)
        return resolved

    def choices(self) -> Mapping[str, Option]:
        return self._choices

    def storage(self) -> Storage:
        return Storage(Kind.TEXT)

    def expression_type(self) -> types.Type:
        return types.Choice(tuple(self._choices))

    def keep(self, value: Value) -> Value:
        if not isinstance(value, str) or value not in self._choices:
            raise self._refused(value)
        return value

    def parse(self, text: str, reading: Reading) -> Value:
        """Takes the key or a label in any language and case, unless two options share the label."""
        word = text.casefold()
        if word in self._choices:
            return word
        meant = [
            key
            for key, option in self._choices.items()
            if word in {label.casefold() for label in option.label.values()}
        ]
        if len(meant) != 1:
            raise self._refused(text, self._labels())
        return meant[0]

    def show(self, value: Value, showing: Showing) -> str:
        """The label; the bare key where the option has been taken out of the definition since."""
        option = self._choices.get(value)
        return text(option.label, showing.language) if option else str(value)

    def _refused(self, value: object, options: object = None) -> ValueProblem:
        """`options` are what can be written instead: the keys if left out."""
        return ValueProblem("not_an_option", value=quoted(value), options=options or _listed(self._choices))

    def _labels(self) -> Mapping[str, str]:
        """As people read them, by language."""
        options = self._choices.values()
        languages = dict.fromkeys(language for option in options for language in option.label)
        return {each: _listed([text(option.label, each) for option in options]) for each in languages}


def _listed(words: Collection[str]) -> str:
    return ", ".join(islice(words, _MOST_TOLD)) + (", …" if len(words) > _MOST_TOLD else "")
