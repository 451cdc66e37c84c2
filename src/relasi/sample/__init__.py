"""Sample data: a database to try things on, made from recipes in YAML; the same for the same seed and clock."""
