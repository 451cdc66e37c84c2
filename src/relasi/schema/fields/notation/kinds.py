"""The kinds of columns and of controls, by which platforms and pages know fields, not their types."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


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
    ENCRYPTED = "encrypted"
    """A value of any kind, for which the keys are needed."""


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
    FILES = "files"
    SIGNATURE = "signature"
    CONDITION = "condition"
    NONE = "none"
