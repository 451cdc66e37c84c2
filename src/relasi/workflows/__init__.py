"""What happens by itself: rules, run in the transaction of the write that triggered them."""

from relasi.workflows.engine import Engine

__all__ = ["Engine"]
