"""Runs the tests that authors write beside their definitions, each in a CRM and on a clock of its own."""

from relasi.trial.coverage import Coverage, coverage_of
from relasi.trial.performance import Failure, Outcome, perform
from relasi.trial.stage import Stage, stage_of

__all__ = ["Coverage", "Failure", "Outcome", "Stage", "coverage_of", "perform", "stage_of"]
