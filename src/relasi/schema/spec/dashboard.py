"""config/dashboards/*.yaml: pages of figures."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from relasi.schema.fields.rollup import OneFunction, is_misspelt
from relasi.schema.spec.base import Condition, LabelSpec, Name, Spec

FUNCTIONS = ("count", "distinct", "sum", "average", "min", "max")
"""The keys of which a figure has one: what it does with the records."""
Drawing = Literal["number", "bar", "column", "line", "area", "pie", "funnel", "table", "cohort"]


class FigureSpec(Spec, OneFunction):
    functions: ClassVar[tuple[str, ...]] = FUNCTIONS

    label: LabelSpec | None = Field(None, description="what the figure is called")
    count: Literal[True] | None = Field(None, description="true: how many records there are")
    distinct: str | None = Field(None, description="the field whose different values are counted")
    sum: str | None = Field(None, description="the field whose values are added up")
    average: str | None = Field(None, description="the field whose average is taken where it is filled")
    min: str | None = Field(None, description="the field whose smallest value is taken")
    max: str | None = Field(None, description="the field whose greatest value is taken")
    where: Condition | None = Field(None, description="the records that this figure is about; all if absent")

    @model_validator(mode="before")
    @classmethod
    def _one_function(cls, written: Any) -> Any:  # Any: plain YAML
        found = [key for key in FUNCTIONS if isinstance(written, dict) and written.get(key) is not None]
        several = isinstance(written, dict) and written.get("figures") is not None
        if not found and is_misspelt(FUNCTIONS, cls, written):
            return written
        if len(found) + several != 1:
            message = "a figure needs one of count, distinct, sum, average, min and max"
            context = {"help": "write count: true, or the function and a field of the records: sum: amount"}
            raise PydanticCustomError("figure_function", message, context)
        return written


class DrawnSpec(FigureSpec):
    """Figures about records, drawn as one thing."""

    help: LabelSpec | None = Field(None, description="a sentence about what the figure means")
    of: str = Field(description="the entity whose records it is about")
    figures: dict[Name, FigureSpec] | None = Field(
        None, min_length=1, max_length=6, description="several figures beside one another, instead of one"
    )
    share: list[str] | None = Field(
        None,
        min_length=2,
        max_length=2,
        description="two of the figures: the one in per cent of the other",
    )
    by: str | list[str] | None = Field(
        None,
        description="what makes the groups: a field, or an expression such as month(created_at); "
        "with a second one, each group is split again",
    )
    top: int | None = Field(
        None, ge=1, le=50, description="only so many groups, those whose first figure is the greatest"
    )
    show: Drawing | None = Field(
        None,
        description="how it is drawn; if absent, a number without groups, columns over time, and else bars. "
        "A table of two groups has one of them as columns, with totals; a cohort tells of those who began "
        "in a period how many of them there were so many periods later",
    )
    goal: int | float | None = Field(None, description="what the first figure shall reach")


class TileSpec(DrawnSpec):
    period: str | None = Field(
        None, description="the date of a record that the period of the page goes by; always all if absent"
    )


class PanelSpec(DrawnSpec):
    through: str | None = Field(
        None,
        description="the link field by which these records belong to the one on the page; the only one that "
        "leads there if absent",
    )


class DashboardSpec(Spec):
    dashboard: Name = Field(description="the name, as in the address of the page")
    label: LabelSpec | None = Field(None, description="what people call it")
    icon: str = Field("bar_chart", description="a Material Symbols name")
    departments: list[str] = Field(min_length=1, description="in whose menus it stands")
    period: Literal[
        "this_week", "this_month", "this_quarter", "this_year", "last_30_days", "last_12_months", "all"
    ] = Field("this_month", description="the period with which the page begins")
    tiles: dict[Name, TileSpec] = Field(min_length=1, description="the figures in their order")
