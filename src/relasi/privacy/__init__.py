"""Everything about a person: what belongs to whom, taken out as a whole, or erased with a proof.

Which data are personal, and what they are kept for, the Model says.
"""
