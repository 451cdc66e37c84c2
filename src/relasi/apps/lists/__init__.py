"""Many records at once: lists, boards and calendars, what is changed in them, and what is done with all."""
