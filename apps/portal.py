"""Every department that the user may enter: streamlit run apps/portal.py"""

import streamlit as st

from relasi.apps import app_options

app = st.App(**app_options(__file__))
