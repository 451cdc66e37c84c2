"""What happens by itself: rules, run in the transaction of the write that triggered them, and what of them
lasts longer than that."""

from relasi.workflows.course import Course
from relasi.workflows.engine import Engine
from relasi.workflows.programs import Programs
from relasi.workflows.service import Workflows

__all__ = ["Course", "Engine", "Programs", "Workflows"]
