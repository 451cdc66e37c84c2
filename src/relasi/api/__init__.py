"""The face for programs: REST over the same records, by the same recipe, under the same rights as the pages.

Every call comes with a key; the session of a browser counts for nothing here. What a page looks like is the
apps'.
"""

from relasi.api.app import PATH, routes

__all__ = ["PATH", "routes"]
