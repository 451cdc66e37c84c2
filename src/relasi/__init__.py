"""Relasi: a CRM made from YAML.

`runtime.open_crm` opens a project; docs/architecture.md leads through the packages along one write.
"""

__version__ = "0.1.0"
