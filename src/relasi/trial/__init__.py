"""Nothing in earnest: the tests that authors write beside their definitions, rules on what has happened, and
files that would be imported, each in a CRM of its own."""

from relasi.trial.coverage import Coverage, coverage_of
from relasi.trial.files import try_import
from relasi.trial.hours import moment_of
from relasi.trial.occasions import Began
from relasi.trial.performance import Failure, Outcome, perform
from relasi.trial.replay import BY_CHANCE, Difference, Replay, replay
from relasi.trial.stage import Stage, copy_of, stage_of

__all__ = [
    "BY_CHANCE",
    "Began",
    "Coverage",
    "Difference",
    "Failure",
    "Outcome",
    "Replay",
    "Stage",
    "copy_of",
    "coverage_of",
    "moment_of",
    "perform",
    "replay",
    "stage_of",
    "try_import",
]
