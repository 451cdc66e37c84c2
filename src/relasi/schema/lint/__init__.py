"""What is right, but hardly meant: one lint in one file, found by `registry`.

Authors silence a warning with a comment that gives a reason: `allowances`.
"""

from __future__ import annotations

from collections.abc import Sequence

from relasi.config.documents import Document
from relasi.config.nodes import key_span, span_at
from relasi.diagnostics import Diagnostics
from relasi.schema.lint.base import Finding, Survey
from relasi.schema.lint.registry import LINTS
from relasi.schema.model import Model


def lint(model: Model, documents: Sequence[Document], diagnostics: Diagnostics) -> None:
    """Adds a warning for everything that the lints find in a Model; the documents say where.

    What nobody wrote, such as the pairs of a many-to-many field, is not warned of.
    """
    survey = Survey(model, {document.home: document for document in documents})
    for each in LINTS.values():
        for finding in each.find(survey):
            if finding.home in survey.documents:
                _warn(each.code, finding, survey, diagnostics)


def _warn(code: str, finding: Finding, survey: Survey, diagnostics: Diagnostics) -> None:
    root = survey.documents[finding.home].root
    span = (key_span if finding.at_key else span_at)(root, finding.path)
    related = [(key_span(survey.documents[home].root, path), note) for home, path, note in finding.related]
    diagnostics.warning(code, finding.message, span, help=finding.help, related=related)
