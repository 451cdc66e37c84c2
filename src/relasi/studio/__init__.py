"""Where administrators change the project by way of the pages: its files, drafts of them, and what becomes of
those. The pages themselves are in `relasi.apps`."""
