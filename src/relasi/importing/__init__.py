"""Files to records: reading tables, mapping their columns to fields, and writing them in batches."""
