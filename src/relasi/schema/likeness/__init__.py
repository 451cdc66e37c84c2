"""Records that may be one and the same: what makes values comparable, by which keys they are found, and how
much two are alike."""

from relasi.schema.likeness.compare import likeness
from relasi.schema.likeness.rule import Liked, TwinRule
from relasi.schema.likeness.words import Wording

__all__ = ["Liked", "TwinRule", "Wording", "likeness"]
