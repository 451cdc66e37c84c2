"""Sample data: records to try things on, from recipes in YAML; the same for the same seed and clock."""
