"""What the management looks at, on its own: streamlit run apps/management.py"""

import streamlit as st

from relasi.apps import app_options

app = st.App(**app_options(__file__, department="management"))
