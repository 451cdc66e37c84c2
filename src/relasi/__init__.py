"""Relasi: a CRM made from YAML."""
