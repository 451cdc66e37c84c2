"""Documents of `schema/` -> entities: their fields and what makes them, processes, access, privacy."""
