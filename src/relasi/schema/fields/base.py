"""What a field type is: how its values are written, checked, stored, shown and compared.

A field type is one class in one file of this package; `registry` finds it there. It names the kind of its storage
and of its widget, so that platforms and pages know kinds and never types. The attributes of the class that are
pydantic fields are exactly the keys that an author may write below a field of that type.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Annotated, Any, ClassVar, Self
from zoneinfo import ZoneInfo

from babel import Locale
from pydantic import BaseModel, ConfigDict, Field

from relasi.schema.expressions.types import Type
from relasi.schema.labels import LabelSpec

Value = Any  # Any: the Python value of a field; which one, each type's class says
"""A field's value in memory, or None where it is empty."""


class Kind(Enum):
    """How a value is kept; a platform maps each kind to a column type."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    DURATION = "duration"
    TEXT_LIST = "text_list"


@dataclass(frozen=True, slots=True)
class Storage:
    """The kind of a column, with the number of decimal places for DECIMAL and a length limit for TEXT."""

    kind: Kind
    places: int = 0
    length: int | None = None


class Widget(Enum):
    """How a value is entered; the pages map each to a control."""

    TEXT = "text"
    TEXT_AREA = "text_area"
    NUMBER = "number"
    CHECKBOX = "checkbox"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    DURATION = "duration"
    SELECT = "select"
    MULTISELECT = "multiselect"
    RATING = "rating"
    LINK = "link"
    USER = "user"
    NONE = "none"


class ValueProblem(Exception):
    """A value that the type refuses; `code` names a sentence in `texts/issues.yaml`."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a choice: the stored key and how it looks."""

    key: str
    label: Mapping[str, str]
    color: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How a person or a file writes values: the decimal comma, the order of a date, the time zone."""

    locale: Locale
    zone: ZoneInfo
    date_formats: tuple[str, ...] = ()
    """strptime patterns tried first, in this order."""


@dataclass(frozen=True, slots=True)
class Showing:
    """For whom a value is formatted. `title` names linked records and users: (entity or "user", id) -> text."""

    locale: Locale
    zone: ZoneInfo
    currency: str
    title: Callable[[str, str], str] = field(default=lambda _entity, key: key)

    @property
    def language(self) -> str:
        return self.locale.language


@dataclass(frozen=True, slots=True)
class Moment:
    """What a default may depend on."""

    now: datetime
    zone: ZoneInfo
    user_id: str | None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a type may look up in the rest of the project while it is compiled.

    `problem` reports (path below the field, code, message, suggestion candidates with the word that has none).
    """

    entities: Sequence[str]
    value_lists: Mapping[str, Mapping[str, Option]]
    currency: str
    problem: Callable[..., None]


class FieldType(BaseModel, ABC):
    """The keys common to all types, and the behaviour that each type gives in its own way.

    Values handed to `show`, `dump` and `search_text` are never None.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: ClassVar[str]
    """The word after `type:`."""
    summary: ClassVar[str]
    """One sentence for the reference page."""
    widget: ClassVar[Widget]
    computed: ClassVar[bool] = False
    """True where people never enter the value (a number series)."""
    right_aligned: ClassVar[bool] = False

    type: str
    label: LabelSpec | None = None
    help: LabelSpec | None = None
    required: bool = False
    required_when: str | None = None
    visible_when: str | None = None
    read_only: bool = False
    read_only_when: str | None = None
    unique: bool = False
    index: bool = False
    default: Any = None  # Any: each type checks its own default in `resolve`
    existing_rows: Annotated[Any, Field(description="the value that rows get which exist already")] = None

    def resolve(self, around: Surroundings) -> Self:
        """A copy with everything looked up that is named elsewhere (value lists, entities); reports what is not there."""
        return self

    @abstractmethod
    def storage(self) -> Storage: ...

    @abstractmethod
    def expression_type(self) -> Type: ...

    @abstractmethod
    def accept(self, value: Value) -> Value:
        """The value as it is kept, from a Python value or from what `dump` made of one; None and "" are empty.

        Raises ValueProblem.
        """

    def read(self, text: str, reading: Reading) -> Value:
        """The value from what a person typed or a file holds. Raises ValueProblem."""
        return self.accept(text.strip())

    def default_value(self, moment: Moment) -> Value:
        """The value that a new record starts with, None for none."""
        return None if self.default is None else self.accept(self.default)

    def show(self, value: Value, showing: Showing) -> str:
        """The value as a person reads it."""
        return str(value)

    def dump(self, value: Value) -> Any:  # Any: JSON
        """The value as JSON; `accept` takes it back."""
        return value

    def options(self) -> Mapping[str, Option]:
        """What can be chosen, in order; empty where the type is not a choice."""
        return {}

    def targets(self) -> tuple[str, ...]:
        """The entities whose records the value refers to; empty where it is no link."""
        return ()
