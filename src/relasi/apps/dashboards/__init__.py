"""Dashboards: what a tile asks of the records, in which words and drawings its answer is told."""
