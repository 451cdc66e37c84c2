"""Records in an SQL database: SQLite in one file, or PostgreSQL. The one place below the store that knows
SQLAlchemy."""
