"""The page on which a file becomes records: the file, its columns, a look ahead, the import and its undo."""
