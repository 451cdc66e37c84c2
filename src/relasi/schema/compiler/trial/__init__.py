"""`tests:` of definitions -> trials: what is there, what is done, and what must be true then."""
