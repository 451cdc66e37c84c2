"""The command line. Imports nothing heavy by itself, so that `relasi --help` is quick."""

from relasi.cli.entry import main

__all__ = ["main"]
