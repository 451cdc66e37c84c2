"""How people write values: what the field types share when they read, clean and check them."""
