"""The field service on its own: streamlit run apps/field_service.py"""

import streamlit as st

from relasi.apps import app_options

app = st.App(**app_options(__file__, department="field_service"))
