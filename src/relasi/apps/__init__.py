"""The apps: what people see in the browser, made from the Model. Streamlit is imported here and nowhere
else."""

from __future__ import annotations

from relasi.apps.server import app_options, serve

__all__ = ["app_options", "serve"]
