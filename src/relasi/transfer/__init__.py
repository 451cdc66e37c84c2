"""All data of a project on their way: copies of a database at one moment, from one kind of database to
another, and the files in which backups are kept."""
