"""Writes docs/reference/ from what checks an author's YAML: pages for people, JSON Schemas for editors.

`python -m tools.reference` writes; with `--check` it writes nothing and fails where a file is not up to date.
"""
