"""The field types. `base` says what one is; each file here holds one, `registry` finds them all.

`notation` knows how people write numbers, dates and durations; the types share it.
"""
