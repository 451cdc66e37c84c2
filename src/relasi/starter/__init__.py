"""What `relasi init` writes: the files of this folder, and the apps of the base content."""
