"""The expression language: parsed and checked once, evaluated here; platform.sql makes SQL of it."""

from relasi.schema.expressions.expression import Expression
from relasi.schema.expressions.joined import Truth, all_of, any_of, one_of, opposite
from relasi.schema.expressions.problems import ExpressionError, Problem
from relasi.schema.expressions.scope import Labels, Scope, ScopeField
from relasi.schema.expressions.situation import Situation, Values
from relasi.schema.expressions.template import Format, Template
from relasi.schema.expressions.trace import Trace, Tracer, trace, tracer

__all__ = [
    "Expression",
    "ExpressionError",
    "Format",
    "Labels",
    "Problem",
    "Scope",
    "ScopeField",
    "Situation",
    "Template",
    "Trace",
    "Tracer",
    "Truth",
    "Values",
    "all_of",
    "any_of",
    "one_of",
    "opposite",
    "trace",
    "tracer",
]
