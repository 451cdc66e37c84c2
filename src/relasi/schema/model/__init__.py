"""The Model: what a project's documents compile to. Immutable, complete, and all that the rest of Relasi
reads.

Every name in it has been looked up and every expression checked, so nothing below ever meets a broken
definition.
"""

from relasi.schema.model.entity import (
    Entity,
    Field,
    FieldGroup,
    Form,
    Grant,
    Inbound,
    OnDelete,
    Refusal,
    RowTable,
    SavedList,
    Section,
    Sort,
    Tab,
    Timeline,
)
from relasi.schema.model.process import (
    Move,
    Process,
    State,
    StateKind,
    Variant,
)
from relasi.schema.model.project import (
    Department,
    MenuItem,
    Model,
    PlatformSettings,
    Role,
    Settings,
    Team,
)
from relasi.schema.model.workflow import (
    Assignment,
    On,
    Repeat,
    Step,
    StepCondition,
    Trigger,
    Whose,
    Workflow,
    Writing,
    expressions_of,
    walk,
)

__all__ = [
    "Assignment",
    "Department",
    "Entity",
    "Field",
    "FieldGroup",
    "Form",
    "Grant",
    "Inbound",
    "MenuItem",
    "Model",
    "Move",
    "On",
    "OnDelete",
    "PlatformSettings",
    "Process",
    "Refusal",
    "Repeat",
    "Role",
    "RowTable",
    "SavedList",
    "Section",
    "Settings",
    "Sort",
    "State",
    "StateKind",
    "Step",
    "StepCondition",
    "Tab",
    "Team",
    "Timeline",
    "Trigger",
    "Variant",
    "Whose",
    "Workflow",
    "Writing",
    "expressions_of",
    "walk",
]
