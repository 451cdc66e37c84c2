"""What rules can do: one kind of step in one file, with the shape that authors write, what it compiles to,
and what it does. `registry` lists them; `base` says what they have in common."""
