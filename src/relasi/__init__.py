"""Relasi: a CRM made from YAML."""

__version__ = "0.1.0"
