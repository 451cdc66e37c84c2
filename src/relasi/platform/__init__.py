"""Where records live. `contract` states what every platform promises; `sql` keeps them in SQLite or
PostgreSQL."""
