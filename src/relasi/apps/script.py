"""The script that Streamlit runs for every click. All it does is in portal.py, which Python compiles only
once."""

from relasi.apps.portal import run
from relasi.apps.site import here

run(here())
