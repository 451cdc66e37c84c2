"""Relasi: a CRM made from YAML.

`runtime.open_crm` opens a project; docs/architecture.md leads through the packages from one write to the next.
"""

__version__ = "0.1.0"
