"""Plan and apply: what a database lacks of the Model, and how it gets it without losing anything."""

from __future__ import annotations

from relasi.deploy.apply import Stamp, apply, take_back
from relasi.deploy.plan import Plan, make_plan
from relasi.deploy.undo import make_undo

__all__ = ["Plan", "Stamp", "apply", "make_plan", "make_undo", "take_back"]
