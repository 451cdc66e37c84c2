"""Studio: the pages where administrators change the project. What they change is `relasi.studio`'s."""
